#include "lib/gotemplate/funcs/crypto.h"

#include <set>

#include <gtest/gtest.h>

namespace sidecar::gotemplate::funcs {
namespace {

TEST(DigestTest, KnowsTheUsualVectors) {
  EXPECT_EQ(Sha1Sum("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(Sha256Sum("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Sum(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha512Sum("abc").substr(0, 32), "ddaf35a193617abacc417349ae204131");
  EXPECT_EQ(Sha512Sum("abc").size(), 128U);
  EXPECT_EQ(Adler32("abc"), 38600999U);
  EXPECT_EQ(Adler32(""), 1U);
}

TEST(RandomTest, StaysBelowItsBoundAndReachesIt) {
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(RandomBelow(3));
  EXPECT_EQ(seen, (std::set<std::uint64_t>{0, 1, 2}));
  EXPECT_EQ(RandomBelow(1), 0U);
}

TEST(AesTest, DecryptsWhatItEncrypted) {
  const AesKey key = {'k', 'e', 'y'};
  const std::string iv = "0123456789abcdef";
  const std::string encrypted = EncryptAesCbc(key, iv, "plain text");
  EXPECT_EQ(encrypted.size(), kAesBlock);
  EXPECT_EQ(DecryptAesCbc(key, iv, encrypted), "plain text" + std::string(6, '\6'));
}

TEST(HashPasswordTest, MakesAHashThatIsOfThePassword) {
  const std::string hash = HashPassword("secret");
  EXPECT_EQ(hash.size(), 60U);
  EXPECT_EQ(hash.substr(0, 7), "$2a$10$");
  EXPECT_TRUE(IsPasswordOf(hash, "secret"));
  EXPECT_FALSE(IsPasswordOf(hash, "Secret"));
  EXPECT_FALSE(IsPasswordOf("$2a$10$x", "secret"));
  // Of golang.org/x/crypto's tests.
  EXPECT_TRUE(
      IsPasswordOf("$2a$10$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga", "allmine"));
}

TEST(ScryptTest, DependsOnPasswordAndSalt) {
  EXPECT_EQ(Scrypt("a", "b").size(), 64U);
  EXPECT_NE(Scrypt("a", "b"), Scrypt("a", "c"));
}

TEST(HmacTest, KnowsAVectorOfItsSpecification) {
  const unsigned char kCode[] = {0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24,
                                 0x26, 0x08, 0x95, 0x75, 0xc7, 0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27,
                                 0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43};
  EXPECT_EQ(Hmac("Jefe", "what do ya want for nothing?"),
            std::string(std::begin(kCode), std::end(kCode)));
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
