#include "lib/gotemplate/funcs/crypto.h"

#include <algorithm>
#include <memory>

#include <crypt.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate::funcs {
namespace {

void Check(bool done, std::string_view what) {
  if (!done) throw FunctionError(std::string(what) + " failed");
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* Bytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

std::string HexDigest(const EVP_MD* algorithm, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest = {};
  unsigned int size = 0;
  Check(EVP_Digest(text.data(), text.size(), digest.data(), &size, algorithm, nullptr) == 1,
        "digest");
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += kDigits[digest[i] >> 4U];
    hex += kDigits[digest[i] & 0xFU];
  }
  return hex;
}

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

// One pass of AES-256-CBC over a text that is short enough for OpenSSL's lengths.
std::string RunAes(const AesKey& key, std::string_view iv, std::string_view input, bool encrypt) {
  constexpr std::size_t kLongest = std::size_t{1} << 30U;
  if (input.size() > kLongest) throw ArenaLimitExceeded();
  const std::unique_ptr<EVP_CIPHER_CTX, FreeCipher> context(EVP_CIPHER_CTX_new());
  Check(context != nullptr && EVP_CipherInit_ex(context.get(), EVP_aes_256_cbc(), nullptr,
                                                key.data(), Bytes(iv), encrypt ? 1 : 0) == 1,
        "AES");
  EVP_CIPHER_CTX_set_padding(context.get(), encrypt ? 1 : 0);
  std::string output(input.size() + kAesBlock, '\0');
  int size = 0;
  int last = 0;
  Check(EVP_CipherUpdate(context.get(), Bytes(output), &size, Bytes(input),
                         static_cast<int>(input.size())) == 1,
        "AES");
  Check(EVP_CipherFinal_ex(context.get(), Bytes(output) + size, &last) == 1, "AES");
  output.resize(static_cast<std::size_t>(size + last));
  return output;
}

std::string Crypt(const std::string& password, const std::string& setting) {
  const auto data = std::make_unique<crypt_data>();
  const char* const hash = crypt_r(password.c_str(), setting.c_str(), data.get());
  Check(hash != nullptr && hash[0] != '*', "bcrypt");
  return hash;
}

}  // namespace

std::string Sha1Sum(std::string_view text) {
  return HexDigest(EVP_sha1(), text);
}
std::string Sha256Sum(std::string_view text) {
  return HexDigest(EVP_sha256(), text);
}
std::string Sha512Sum(std::string_view text) {
  return HexDigest(EVP_sha512(), text);
}

std::uint32_t Adler32(std::string_view text) {
  constexpr std::uint32_t kPrime = 65521;
  std::uint32_t low = 1;
  std::uint32_t high = 0;
  for (const char byte : text) {
    low = (low + static_cast<unsigned char>(byte)) % kPrime;
    high = (high + low) % kPrime;
  }
  return high << 16U | low;
}

void FillRandom(std::span<unsigned char> bytes) {
  while (!bytes.empty()) {
    constexpr std::size_t kAtOnce = std::size_t{1} << 20U;
    const std::span<unsigned char> part = bytes.first(std::min(bytes.size(), kAtOnce));
    Check(RAND_bytes(part.data(), static_cast<int>(part.size())) == 1, "random number generator");
    bytes = bytes.subspan(part.size());
  }
}

std::uint64_t RandomBelow(std::uint64_t bound) {
  // What lies above the last multiple of the bound would make small numbers likelier.
  const std::uint64_t excess = (0 - bound) % bound;
  for (;;) {
    std::uint64_t number = 0;
    FillRandom({reinterpret_cast<unsigned char*>(&number), sizeof(number)});
    if (number >= excess) return number % bound;
  }
}

std::string EncryptAesCbc(const AesKey& key, std::string_view iv, std::string_view plain) {
  return RunAes(key, iv, plain, true);
}

std::string DecryptAesCbc(const AesKey& key, std::string_view iv, std::string_view blocks) {
  return RunAes(key, iv, blocks, false);
}

std::string HashPassword(std::string_view password) {
  constexpr int kCost = 10;
  std::array<unsigned char, 16> salt = {};
  FillRandom(salt);
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting = {};
  const char* const made = crypt_gensalt_rn(
      "$2b$", kCost, reinterpret_cast<const char*>(salt.data()), static_cast<int>(salt.size()),
      setting.data(), static_cast<int>(setting.size()));
  Check(made != nullptr, "bcrypt");
  // Go writes the older version letter, for what is the same algorithm.
  std::string hash = Crypt(std::string(password), made);
  hash[2] = 'a';
  return hash;
}

bool IsPasswordOf(std::string_view hash, std::string_view password) {
  constexpr std::size_t kSettingSize = 29;
  std::string setting(hash.substr(0, kSettingSize));
  if (setting.size() < kSettingSize || !setting.starts_with("$2a$")) return false;
  setting[2] = 'b';
  return Crypt(std::string(password), setting).substr(3) == hash.substr(3);
}

std::string Scrypt(std::string_view password, std::string_view salt) {
  constexpr std::uint64_t kRounds = 32768;
  constexpr std::uint64_t kBlockSize = 8;
  constexpr std::uint64_t kParallel = 2;
  constexpr std::uint64_t kMemory = std::uint64_t{48} << 20U;
  std::string key(64, '\0');
  Check(EVP_PBE_scrypt(password.data(), password.size(), Bytes(salt), salt.size(), kRounds,
                       kBlockSize, kParallel, kMemory, Bytes(key), key.size()) == 1,
        "scrypt");
  return key;
}

std::string Hmac(std::string_view key, std::string_view text) {
  std::string code(32, '\0');
  unsigned int size = 0;
  Check(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), Bytes(text), text.size(),
             Bytes(code), &size) != nullptr,
        "HMAC");
  return code;
}

}  // namespace sidecar::gotemplate::funcs
