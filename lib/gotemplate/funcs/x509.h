#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Private keys and certificates as sprig makes them, over OpenSSL: PEM texts in Go's formats. Safe
// from any thread. Each function throws FunctionError.
namespace sidecar::gotemplate::funcs {

enum class KeyType { kRsa2048, kRsa4096, kDsa, kEcdsa, kEd25519 };

// Takes up to seconds for RSA and DSA keys.
std::string GenerateKey(KeyType type);

// Throw if the text is no such PEM block.
void CheckPrivateKey(std::string_view pem);
// `what` names the text in errors.
void CheckCertificate(std::string_view pem, std::string_view what);

struct CertificateRequest {
  std::string_view common_name;
  std::vector<std::string> ips;
  std::vector<std::string> dns_names;
  std::int64_t days = 0;
  bool is_ca = false;
  std::int64_t now = 0;  // Seconds since 1970.
};

// A certificate for `key`, signed by the signer's, or by `key` itself if the signer is empty; and
// the key, as sprig writes it again.
struct CertificatePair {
  std::string certificate;
  std::string key;
};
CertificatePair MakeCertificate(const CertificateRequest& request, std::string_view key,
                                const CertificatePair& signer);

}  // namespace sidecar::gotemplate::funcs
