#include "lib/pki/key.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "lib/pki/pem.h"

namespace sidecar::pki {
namespace {

TEST(KeyTest, AKeyIsOnP256) {
  const auto key = GenerateKey();
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(EVP_PKEY_get_bits(key->get()), 256);
  EXPECT_TRUE(EVP_PKEY_is_a(key->get(), "EC"));
}

TEST(KeyTest, NoTwoKeysAreAlike) {
  const auto one = GenerateKey();
  const auto other = GenerateKey();
  EXPECT_NE(EVP_PKEY_eq(one->get(), other->get()), 1);
}

}  // namespace
}  // namespace sidecar::pki
