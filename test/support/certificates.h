#pragma once

#include <memory>
#include <string>
#include <vector>

namespace sidecar::testing_support {

// A certificate and its key, both PEM.
struct Credentials {
  std::string certificate;
  std::string key;
};

struct CertificateRequest {
  std::string common_name = "injector";
  std::vector<std::string> alternative_names = {"DNS:localhost", "IP:127.0.0.1"};
  long not_before_seconds = -60;  // From now.
  long not_after_seconds = 3600;
  bool is_ca = false;
  std::string extended_key_usage;  // "serverAuth", "clientAuth", ...; empty: no such extension.
  bool rsa = false;                // Else ECDSA P-256.
};

// A new key with a certificate signed by `issuer`, or by itself where there is none. Aborts on
// failure: there is no test to go on with.
Credentials MakeCertificate(const CertificateRequest& request, const Credentials* issuer = nullptr);

// What the cluster's signer makes of a PEM certificate request, if the request signs itself: a
// certificate, PEM, with its names for servers. Aborts otherwise.
std::string SignRequest(const std::string& request, const Credentials& issuer);

}  // namespace sidecar::testing_support
