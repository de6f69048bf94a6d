#include "lib/gotemplate/funcs/x509.h"

#include <gtest/gtest.h>

#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate::funcs {
namespace {

template <class Call>
std::string ErrorOf(const Call& call) {
  try {
    call();
    return "";
  } catch (const FunctionError& error) {
    return error.what();
  }
}

CertificateRequest Request(std::string_view name) {
  CertificateRequest request;
  request.common_name = name;
  request.days = 1;
  request.now = 1'600'000'000;
  return request;
}

TEST(GenerateKeyTest, WritesGosFormats) {
  const struct {
    KeyType type;
    const char* begin;
  } kCases[] = {{KeyType::kRsa2048, "-----BEGIN RSA PRIVATE KEY-----\n"},
                {KeyType::kEcdsa, "-----BEGIN EC PRIVATE KEY-----\n"},
                {KeyType::kEd25519, "-----BEGIN PRIVATE KEY-----\n"}};
  for (const auto& one : kCases) {
    const std::string key = GenerateKey(one.type);
    EXPECT_TRUE(key.starts_with(one.begin)) << key;
    EXPECT_EQ(ErrorOf([&key] { CheckPrivateKey(key); }), "");
  }
}

TEST(MakeCertificateTest, SignsWithEveryKindOfKey) {
  for (const KeyType type : {KeyType::kEcdsa, KeyType::kEd25519}) {
    CertificateRequest authority = Request("ca");
    authority.is_ca = true;
    const CertificatePair ca = MakeCertificate(authority, GenerateKey(type), {});
    CertificateRequest request = Request("foo.com");
    request.ips = {"10.0.0.1", "::1"};
    request.dns_names = {"bar.com"};
    const CertificatePair leaf = MakeCertificate(request, GenerateKey(type), ca);
    EXPECT_EQ(ErrorOf([&leaf] { CheckCertificate(leaf.certificate, "x"); }), "");
    EXPECT_EQ(ErrorOf([&leaf] { CheckPrivateKey(leaf.key); }), "");
  }
}

TEST(MakeCertificateTest, RejectsWhatCannotBeIn) {
  const std::string key = GenerateKey(KeyType::kEcdsa);
  CertificateRequest request = Request("x");
  request.ips = {"nope"};
  EXPECT_EQ(ErrorOf([&] { MakeCertificate(request, key, {}); }), "error parsing ip: nope");
  request = Request("x");
  request.days = 1'000'000'000'000;
  EXPECT_EQ(ErrorOf([&] { MakeCertificate(request, key, {}); }),
            "error creating certificate: 1000000000000 days");
}

TEST(CheckPemTest, SaysWhatIsWrong) {
  EXPECT_EQ(ErrorOf([] { CheckPrivateKey("x"); }), "no PEM data in input");
  EXPECT_EQ(ErrorOf([] { CheckCertificate("x", "y"); }), "unable to decode certificate");
  EXPECT_EQ(ErrorOf([] {
              CheckCertificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                               "decodedCert.Bytes");
            }),
            "error parsing certificate: decodedCert.Bytes: x509: malformed certificate");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
