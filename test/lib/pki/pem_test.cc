#include "lib/pki/pem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "lib/pki/key.h"
#include "test/support/certificates.h"

namespace sidecar::pki {
namespace {

using testing::EndsWith;
using testing::StartsWith;

TEST(PemTest, AKeyIsWrittenAsPkcs8AndReadBack) {
  const auto key = GenerateKey();
  const auto text = ToPem(**key);
  ASSERT_TRUE(text.has_value()) << text.error().message;
  EXPECT_THAT(*text, StartsWith("-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_THAT(*text, EndsWith("-----END PRIVATE KEY-----\n"));
  const auto read = ReadPrivateKey(*text);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(EVP_PKEY_eq(key->get(), read->get()), 1);
}

TEST(PemTest, ACertificateIsWrittenAsItWasRead) {
  const std::string text = testing_support::MakeCertificate({}).certificate;
  const auto read = ReadCertificates(text);
  EXPECT_EQ(ToPem(*read->front()).value(), text);
}

}  // namespace
}  // namespace sidecar::pki
