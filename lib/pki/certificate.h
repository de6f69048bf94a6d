#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/types.h>

#include "lib/base/result.h"

// Certificates and private keys read from PEM, as OpenSSL's objects with an owner each and as plain
// facts. No files, no network, no clock.

namespace sidecar::pki {

using WallTime = std::chrono::system_clock::time_point;

struct X509Deleter {
  void operator()(X509* certificate) const;
};
struct PrivateKeyDeleter {
  void operator()(EVP_PKEY* key) const;
};
using X509Ptr = std::unique_ptr<X509, X509Deleter>;
using PrivateKeyPtr = std::unique_ptr<EVP_PKEY, PrivateKeyDeleter>;

// What a certificate says.
struct CertificateFacts {
  std::string subject;      // RFC 2253: "CN=injector,O=example".
  std::string common_name;  // Empty if there is none.
  std::string serial;       // Upper case hexadecimal.
  std::vector<std::string> dns_names;
  std::vector<std::string> ip_addresses;  // "10.0.0.1", "2001:db8::1" (uncompressed parts).
  WallTime not_before;                    // Both within the years 1970 to 2200.
  WallTime not_after;
  bool is_ca = false;
  bool may_serve = true;  // No extended key usage, or one that allows TLS servers.
};

// One or more certificates in the order of the text; other PEM blocks and text around them are
// skipped. An error if there is none, or one that cannot be read.
Result<std::vector<X509Ptr>> ReadCertificates(std::string_view pem);

// The first private key of the text: PKCS#8, "EC PRIVATE KEY" or "RSA PRIVATE KEY". Keys with a
// pass phrase are refused. The message never quotes the text.
Result<PrivateKeyPtr> ReadPrivateKey(std::string_view pem);

CertificateFacts Describe(const X509& certificate);

// A certificate chain, leaf first, and the leaf's key: what a server presents.
struct KeyPair {
  std::vector<X509Ptr> chain;  // Never empty.
  PrivateKeyPtr key;
  CertificateFacts leaf;
  // Why clients may refuse the leaf: no subject alternative name, not for servers. A server with
  // doubts is still better than none.
  std::vector<std::string> warnings;
};

// Reads both; an error if they do not belong together. Says nothing about the dates: the caller has
// the clock.
Result<KeyPair> ReadKeyPair(std::string_view chain_pem, std::string_view key_pem);

// SHA-256 of the certificate, lower case hexadecimal: a name for it in logs.
std::string Fingerprint(const X509& certificate);

}  // namespace sidecar::pki
