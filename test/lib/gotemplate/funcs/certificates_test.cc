#include <gtest/gtest.h>

#include "lib/gotemplate/funcs/base_n.h"
#include "lib/gotemplate/funcs/x509.h"
#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

class CertificateFunctionsTest : public testing::Test {
 protected:
  static Policy Everything() {
    Policy policy;
    policy.randomness = true;
    policy.clock = [] { return std::int64_t{1'600'000'000'000'000'000}; };
    return policy;
  }

  static std::string Part(const Value& certificate, std::size_t index) {
    return std::string(certificate.slots()[index].AsString());
  }

  std::string Encoded(std::string_view text) {
    return std::string(EncodeBase64(text, call_.arena()));
  }

  Functions call_{"sprig", Everything()};
};

TEST_F(CertificateFunctionsTest, MakeAuthoritiesAndLeaves) {
  const std::string key = GenerateKey(KeyType::kEcdsa);
  const Value ca = call_.Call("genCAWithKey", {"ca", 365, key.c_str()});
  EXPECT_EQ(ca.kind(), Kind::kStruct);
  EXPECT_TRUE(Part(ca, 0).starts_with("-----BEGIN CERTIFICATE-----\n"));
  EXPECT_TRUE(Part(ca, 1).starts_with("-----BEGIN EC PRIVATE KEY-----\n"));
  const Value ips = call_.List({"10.0.0.1"});
  const Value names = call_.List({"bar.com"});
  const Value leaf =
      call_.Call("genSignedCertWithKey", {"foo.com", ips, names, 365, ca, key.c_str()});
  EXPECT_TRUE(Part(leaf, 0).starts_with("-----BEGIN CERTIFICATE-----\n"));
  const Value own =
      call_.Call("genSelfSignedCertWithKey", {"foo.com", ips, names, 365, key.c_str()});
  EXPECT_TRUE(Part(own, 0).starts_with("-----BEGIN CERTIFICATE-----\n"));
  const Value rsa = call_.Call("genSignedCert", {"foo.com", ips, names, 365, ca});
  EXPECT_TRUE(Part(rsa, 1).starts_with("-----BEGIN RSA PRIVATE KEY-----\n"));
}

TEST_F(CertificateFunctionsTest, TakeCertificatesThatAreGiven) {
  const std::string key = GenerateKey(KeyType::kEcdsa);
  const Value ca = call_.Call("genCAWithKey", {"ca", 365, key.c_str()});
  const std::string certificate = Encoded(Part(ca, 0));
  const Value same = call_.Call("buildCustomCert", {certificate.c_str(), Encoded(key).c_str()});
  EXPECT_EQ(Part(same, 0), Part(ca, 0));
  EXPECT_EQ(Part(same, 1), key);
  EXPECT_EQ(call_("buildCustomCert", {"x", "y"}), "error: unable to decode base64 certificate");
  EXPECT_EQ(call_("buildCustomCert", {certificate.c_str(), "y"}),
            "error: unable to decode base64 private key");
  EXPECT_EQ(call_("buildCustomCert", {Encoded("fail").c_str(), Encoded(key).c_str()}),
            "error: unable to decode certificate");
  EXPECT_EQ(call_("buildCustomCert", {certificate.c_str(), Encoded("fail").c_str()}),
            "error: error parsing private key: no PEM data in input");
}

TEST_F(CertificateFunctionsTest, SayWhatIsWrong) {
  EXPECT_EQ(call_("genCAWithKey", {"ca", 365, "x"}),
            "error: parsing private key: no PEM data in input");
  EXPECT_EQ(call_("genSelfSignedCert", {"x", call_.List({1}), call_.List({}), 1}),
            "error: error parsing ip: 1 is not a string");
  EXPECT_EQ(call_("genSelfSignedCert", {"x", call_.List({}), call_.List({true}), 1}),
            "error: error processing alternate dns name: true is not a string");
  EXPECT_EQ(call_("genPrivateKey", {"nope"}), "Unknown type nope");
  EXPECT_TRUE(call_("genPrivateKey", {"ed25519"}).starts_with("-----BEGIN PRIVATE KEY-----"));
  EXPECT_EQ(Functions()("genCA", {"x", 1}), "error: templates make no keys and nothing random");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
