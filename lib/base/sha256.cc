// OpenSSL's EVP interface would do as well, but its first use reads a configuration file and loads
// providers, half a millisecond for a program that lives for three.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "lib/base/sha256.h"

#include <array>
#include <cstdint>

#include <openssl/sha.h>

namespace sidecar {

std::string Sha256Hex(std::string_view data) {
  SHA256_CTX context;
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
  SHA256_Init(&context);
  SHA256_Update(&context, data.data(), data.size());
  SHA256_Final(digest.data(), &context);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * digest.size());
  for (const std::uint8_t byte : digest) {
    hex.push_back(kDigits[byte >> 4]);
    hex.push_back(kDigits[byte & 0xF]);
  }
  return hex;
}

}  // namespace sidecar
