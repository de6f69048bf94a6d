#include <gtest/gtest.h>

#include "lib/gotemplate/funcs/crypto.h"
#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

Policy WithRandomness() {
  Policy policy;
  policy.randomness = true;
  return policy;
}

TEST(HashFunctionsTest, Digest) {
  Functions call;
  EXPECT_EQ(call("sha1sum", {"abc"}), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(call("sha256sum", {"abc"}),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(call("sha512sum", {""}).substr(0, 16), "cf83e1357eefb8bd");
  EXPECT_EQ(call("adler32sum", {"abc"}), "38600999");
}

TEST(HashFunctionsTest, HashPasswords) {
  Functions call("sprig", WithRandomness());
  const std::string entry = call("htpasswd", {"user", "pw"});
  EXPECT_EQ(entry.substr(0, 12), "user:$2a$10$");
  EXPECT_TRUE(IsPasswordOf(entry.substr(5), "pw"));
  EXPECT_EQ(call("htpasswd", {"us:er", "pw"}), "invalid username: us:er");
  EXPECT_EQ(call("bcrypt", {"x"}).size(), 60U);
  EXPECT_EQ(call("bcrypt", {std::string_view("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                                             "aaaaaaaaaaaaaaaaaaaaaaaaa")}),
            "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes");
  EXPECT_EQ(call("bcrypt", {std::string_view("a\0b", 3)}),
            "failed to encrypt string with bcrypt: a password with a NUL byte is not supported");
  EXPECT_EQ(Functions()("bcrypt", {"x"}), "error: templates make no keys and nothing random");
}

TEST(HashFunctionsTest, DerivePasswords) {
  Functions call("sprig", WithRandomness());
  const struct {
    std::uint64_t counter;
    const char *type, *password;
  } kCases[] = {{1, "long", "ZedaFaxcZaso9*"},
                {2, "long", "Fovi2@JifpTupx"},
                {1, "maximum", "pf4zS1LjCg&LjhsZ7T2~"},
                {1, "medium", "ZedJuz8$"},
                {1, "basic", "pIS54PLs"},
                {1, "short", "Zed5"},
                {1, "pin", "6685"},
                {1, "nope", "cannot find password template nope"}};
  for (const auto& one : kCases) {
    EXPECT_EQ(call("derivePassword", {Value::Uint(one.counter, BasicType("uint32")), one.type,
                                      "password", "user", "example.com"}),
              one.password);
  }
}

TEST(HashFunctionsTest, EncryptAndDecrypt) {
  Functions call("sprig", WithRandomness());
  const Value encrypted = call.Call("encryptAES", {"secretkey", "plaintext"});
  EXPECT_EQ(call("decryptAES", {"secretkey", encrypted}), "plaintext");
  EXPECT_EQ(call("encryptAES", {"secretkey", ""}), "");
  EXPECT_EQ(call("decryptAES", {"secretkey", "30tEfhuJSVRhpG97XCuWgz2okj7L8vQ1s6V9zVUPeDQ="}),
            "plaintext");
  EXPECT_EQ(call("decryptAES", {"k", ""}), "");
  EXPECT_EQ(call("decryptAES", {"k", "bad"}), "error: illegal base64 data at input byte 0");
  EXPECT_EQ(call("decryptAES", {"k", "YWJj"}),
            "error: runtime error: slice bounds out of range [:16] with capacity 3");
  EXPECT_EQ(call("decryptAES", {"k", "MDEyMzQ1Njc4OWFiY2RlZg=="}),
            "error: runtime error: index out of range [-1]");
  EXPECT_EQ(call("decryptAES", {"k", "MDEyMzQ1Njc4OWFiY2RlZmFi"}),
            "error: crypto/cipher: input not full blocks");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
