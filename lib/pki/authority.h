#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "lib/pki/certificate.h"
#include "lib/pki/server_names.h"

// A certificate authority of our own: one self-signed certificate that signs server certificates.
// Times are parameters; keys and serial numbers are OpenSSL's randomness. Thread-safe.

namespace sidecar::pki {

// A certificate and its private key, both PEM.
struct CredentialsPem {
  std::string certificate;
  std::string key;
};

// Certificates are valid from a little before they are made, for peers whose clocks are late: an
// hour, or a tenth of the life where that is less.
std::chrono::seconds BackDating(std::chrono::seconds life);

// A self-signed authority: signs certificates only, no authorities below it. Valid until now +
// life.
Result<CredentialsPem> MakeAuthority(const std::string& common_name, WallTime now,
                                     std::chrono::seconds life);

struct Authority {
  X509Ptr certificate;
  PrivateKeyPtr key;
  CertificateFacts facts;
};

// Reads both; an error if they do not belong together, or the certificate may not sign.
Result<Authority> ReadAuthority(std::string_view certificate_pem, std::string_view key_pem);

struct LeafRequest {
  std::string common_name;  // Cut to the 64 bytes it may have; clients look at the names only.
  ServerNames names;
  WallTime now;
  std::chrono::seconds life{};
};

// A TLS server's certificate with a new key, valid until now + life or the authority's own end,
// whichever is first.
Result<CredentialsPem> IssueLeaf(const Authority& authority, const LeafRequest& request);

// Whether the authority's key made the certificate's signature. Says nothing about dates and names.
bool IsSignedBy(const X509& certificate, const X509& authority);

}  // namespace sidecar::pki
