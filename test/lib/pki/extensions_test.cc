#include "lib/pki/extensions.h"

#include <string>

#include <gtest/gtest.h>
#include <openssl/obj_mac.h>
#include <openssl/x509.h>

namespace sidecar::pki {
namespace {

TEST(ExtensionsTest, NamesThatNoCertificateMayHoldAreRefused) {
  const std::string too_long(254, 'a');
  for (const std::string& name :
       {std::string(), std::string("a b"), std::string("a\nb"), std::string("a,DNS:b"),
        std::string("h\xC3\xA4"), std::string("*"), std::string("a.*"), too_long,
        std::string("a\0b", 3)}) {
    EXPECT_FALSE(AlternativeNames({{name}, {}}).has_value()) << name;
  }
  for (const char* address : {"", "10.0.0", "10.0.0.256", "localhost", "::g"}) {
    const auto names = AlternativeNames({{}, {address}});
    ASSERT_FALSE(names.has_value()) << address;
    EXPECT_EQ(names.error().message, "\"" + std::string(address) + "\" is no IP address");
  }
}

TEST(ExtensionsTest, AServerNeedsAName) {
  const auto names = AlternativeNames({});
  ASSERT_FALSE(names.has_value());
  EXPECT_EQ(names.error().message, "a server certificate needs a name");
}

TEST(ExtensionsTest, NamesAndAddressesOfBothFamiliesAreTaken) {
  EXPECT_TRUE(AlternativeNames({{"a", "*.b.svc", "c_d"}, {"10.0.0.1", "2001:db8::1"}}).has_value());
}

TEST(ExtensionsTest, OpensslsOwnExtensionsAreMadeByTheirSyntax) {
  EXPECT_TRUE(MakeExtension(NID_key_usage, "critical,digitalSignature").has_value());
  EXPECT_FALSE(MakeExtension(NID_key_usage, "nonsense").has_value());
}

TEST(ExtensionsTest, ACommonNameHasOneTo64Bytes) {
  X509_NAME* const name = X509_NAME_new();
  EXPECT_FALSE(SetCommonName(name, "").has_value());
  EXPECT_FALSE(SetCommonName(name, std::string(65, 'a')).has_value());
  EXPECT_TRUE(SetCommonName(name, std::string(64, 'a')).has_value());
  X509_NAME_free(name);
}

}  // namespace
}  // namespace sidecar::pki
