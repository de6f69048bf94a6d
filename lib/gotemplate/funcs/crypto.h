#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

// The cryptography of template functions, over OpenSSL and libcrypt. Pure but for randomness; safe
// from any thread. Each throws FunctionError for what the library cannot do.
namespace sidecar::gotemplate::funcs {

// Digests in lower-case hexadecimal.
std::string Sha1Sum(std::string_view text);
std::string Sha256Sum(std::string_view text);
std::string Sha512Sum(std::string_view text);
std::uint32_t Adler32(std::string_view text);

// Unpredictable bytes, and an unpredictable number below `bound`, which is not 0.
void FillRandom(std::span<unsigned char> bytes);
std::uint64_t RandomBelow(std::uint64_t bound);

constexpr std::size_t kAesBlock = 16;
using AesKey = std::array<unsigned char, 32>;

// AES-256 in CBC mode with PKCS #7 padding; and back, leaving the padding, for whole blocks.
std::string EncryptAesCbc(const AesKey& key, std::string_view iv, std::string_view plain);
std::string DecryptAesCbc(const AesKey& key, std::string_view iv, std::string_view blocks);

// bcrypt with a random salt and cost 10: "$2a$10$...". For at most 72 bytes without a NUL.
std::string HashPassword(std::string_view password);
bool IsPasswordOf(std::string_view hash, std::string_view password);

// scrypt with N = 32768, r = 8, p = 2 (32 MiB): 64 bytes.
std::string Scrypt(std::string_view password, std::string_view salt);
// HMAC-SHA256: 32 bytes.
std::string Hmac(std::string_view key, std::string_view text);

}  // namespace sidecar::gotemplate::funcs
