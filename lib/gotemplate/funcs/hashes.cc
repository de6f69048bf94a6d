#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "lib/gotemplate/funcs/base_n.h"
#include "lib/gotemplate/funcs/crypto.h"
#include "lib/gotemplate/funcs/groups.h"

// sprig's crypto.go, less keys and certificates.
namespace sidecar::gotemplate::funcs {
namespace {

Value Sha1(const Call& call) {
  return Text(call, Sha1Sum(call.Text(0)));
}
Value Sha256(const Call& call) {
  return Text(call, Sha256Sum(call.Text(0)));
}
Value Sha512(const Call& call) {
  return Text(call, Sha512Sum(call.Text(0)));
}
Value Adler(const Call& call) {
  return Text(call, std::to_string(Adler32(call.Text(0))));
}

// The errors are texts in sprig, too.
std::string BcryptText(std::string_view password) {
  constexpr std::size_t kLongest = 72;
  constexpr std::string_view kFailed = "failed to encrypt string with bcrypt: ";
  if (password.size() > kLongest) {
    return std::string(kFailed) + "bcrypt: password length exceeds 72 bytes";
  }
  if (password.find('\0') != std::string_view::npos) {
    return std::string(kFailed) + "a password with a NUL byte is not supported";
  }
  return HashPassword(password);
}

Value Bcrypt(const Call& call) {
  return Text(call, BcryptText(call.Text(0)));
}

Value Htpasswd(const Call& call) {
  const std::string user(call.Text(0));
  if (user.find(':') != std::string::npos) return Text(call, "invalid username: " + user);
  return Text(call, user + ":" + BcryptText(call.Text(1)));
}

// sprig cuts or fills the password up to the key's size.
AesKey KeyOf(std::string_view password) {
  AesKey key = {};
  std::copy_n(password.begin(), std::min(password.size(), key.size()), key.begin());
  return key;
}

Value EncryptAes(const Call& call) {
  if (call.Text(1).empty()) return Value::String("");
  std::string iv(kAesBlock, '\0');
  FillRandom({reinterpret_cast<unsigned char*>(iv.data()), iv.size()});
  const std::string encrypted = iv + EncryptAesCbc(KeyOf(call.Text(0)), iv, call.Text(1));
  return Value::String(EncodeBase64(encrypted, call.arena));
}

Value DecryptAes(const Call& call) {
  if (call.Text(1).empty()) return Value::String("");
  const Decoded decoded = DecodeBase64(call.Text(1), call.arena);
  if (decoded.error_at) {
    throw FunctionError("illegal base64 data at input byte " + std::to_string(*decoded.error_at));
  }
  if (decoded.bytes.size() < kAesBlock) {
    throw FunctionError("runtime error: slice bounds out of range [:16] with capacity " +
                        std::to_string(call.Text(1).size() / 4 * 3));
  }
  const std::string_view blocks = decoded.bytes.substr(kAesBlock);
  if (blocks.size() % kAesBlock != 0) {
    throw FunctionError("crypto/cipher: input not full blocks");
  }
  if (blocks.empty()) throw FunctionError("runtime error: index out of range [-1]");
  const std::string padded =
      DecryptAesCbc(KeyOf(call.Text(0)), decoded.bytes.substr(0, kAesBlock), blocks);
  const auto padding = static_cast<std::size_t>(static_cast<unsigned char>(padded.back()));
  if (padding > padded.size()) {
    throw FunctionError("runtime error: slice bounds out of range [:-" +
                        std::to_string(padding - padded.size()) + "]");
  }
  return Text(call, std::string_view(padded).substr(0, padded.size() - padding));
}

// The templates of the Master Password algorithm, and what their letters stand for.
struct PasswordType {
  std::string_view name;
  std::array<std::string_view, 21> templates;
};

constexpr PasswordType kPasswordTypes[] = {
    {"maximum", {"anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"}},
    {"long",
     {"CvcvnoCvcvCvcv", "CvcvCvcvnoCvcv", "CvcvCvcvCvcvno", "CvccnoCvcvCvcv", "CvccCvcvnoCvcv",
      "CvccCvcvCvcvno", "CvcvnoCvccCvcv", "CvcvCvccnoCvcv", "CvcvCvccCvcvno", "CvcvnoCvcvCvcc",
      "CvcvCvcvnoCvcc", "CvcvCvcvCvccno", "CvccnoCvccCvcv", "CvccCvccnoCvcv", "CvccCvccCvcvno",
      "CvcvnoCvccCvcc", "CvcvCvccnoCvcc", "CvcvCvccCvccno", "CvccnoCvcvCvcc", "CvccCvcvnoCvcc",
      "CvccCvcvCvccno"}},
    {"medium", {"CvcnoCvc", "CvcCvcno"}},
    {"short", {"Cvcn"}},
    {"basic", {"aaanaaan", "aannaaan", "aaannaaa"}},
    {"pin", {"nnnn"}},
};

std::string_view CharactersOf(char letter) {
  switch (letter) {
    case 'V': return "AEIOU";
    case 'C': return "BCDFGHJKLMNPQRSTVWXYZ";
    case 'v': return "aeiou";
    case 'c': return "bcdfghjklmnpqrstvwxyz";
    case 'a': return "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
    case 'n': return "0123456789";
    case 'o': return "@&%?,=[]_:-+*$#!'^~;()/.";
    default: return "AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()";
  }
}

std::string BigEndian(std::uint64_t number) {
  std::string bytes;
  for (unsigned shift = 32; shift > 0;) {
    shift -= 8;
    bytes += static_cast<char>(number >> shift);
  }
  return bytes;
}

Value DerivePassword(const Call& call) {
  constexpr std::string_view kScope = "com.lyndir.masterpassword";
  const std::string_view type = call.Text(1);
  const std::string_view user = call.Text(3);
  const std::string_view site = call.Text(4);
  const auto* const found =
      std::find_if(std::begin(kPasswordTypes), std::end(kPasswordTypes),
                   [type](const PasswordType& one) { return one.name == type; });
  if (found == std::end(kPasswordTypes)) {
    return Text(call, "cannot find password template " + std::string(type));
  }
  const std::string scope(kScope);
  const std::string key = Scrypt(call.Text(2), scope + BigEndian(user.size()) + std::string(user));
  const std::string seed =
      Hmac(key, scope + BigEndian(site.size()) + std::string(site) + BigEndian(call[0].AsUint()));
  const auto seed_at = [&seed](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(seed[i]));
  };
  const auto templates =
      static_cast<std::size_t>(std::count_if(found->templates.begin(), found->templates.end(),
                                             [](std::string_view one) { return !one.empty(); }));
  const std::string_view chosen = found->templates[seed_at(0) % templates];
  std::string password;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const std::string_view characters = CharactersOf(chosen[i]);
    password += characters[seed_at(i + 1) % characters.size()];
  }
  return Text(call, password);
}

constexpr Definition kFunctions[] = {
    {"adler32sum", "(string) string", Adler},
    {"bcrypt", "(string) string", Bcrypt},
    {"decryptAES", "(string, string) string", DecryptAes},
    {"derivePassword", "(uint32, string, string, string, string) string", DerivePassword},
    {"encryptAES", "(string, string) string", EncryptAes},
    {"htpasswd", "(string, string) string", Htpasswd},
    {"sha1sum", "(string) string", Sha1},
    {"sha256sum", "(string) string", Sha256},
    {"sha512sum", "(string) string", Sha512},
};

}  // namespace

Group HashFunctions() {
  return {kFunctions, {}};
}

}  // namespace sidecar::gotemplate::funcs
