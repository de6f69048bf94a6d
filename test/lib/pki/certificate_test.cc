#include "lib/pki/certificate.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/support/certificates.h"

namespace sidecar::pki {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing_support::CertificateRequest;
using testing_support::Credentials;
using testing_support::MakeCertificate;

CertificateRequest Named(std::string name) {
  CertificateRequest request;
  request.common_name = std::move(name);
  return request;
}

TEST(CertificateTest, AKeyPairTellsItsFacts) {
  CertificateRequest request = Named("sidecar-injector");
  request.alternative_names = {"DNS:injector", "DNS:injector.istio-system.svc", "IP:10.0.0.1",
                               "IP:2001:db8::1"};
  const Credentials made = MakeCertificate(request);
  const auto pair = ReadKeyPair(made.certificate, made.key);
  ASSERT_TRUE(pair.has_value()) << pair.error().message;
  const CertificateFacts& leaf = pair->leaf;
  EXPECT_EQ(leaf.subject, "CN=sidecar-injector");
  EXPECT_EQ(leaf.common_name, "sidecar-injector");
  EXPECT_THAT(leaf.dns_names, ElementsAre("injector", "injector.istio-system.svc"));
  EXPECT_THAT(leaf.ip_addresses, ElementsAre("10.0.0.1", "2001:db8::1"));
  EXPECT_EQ(leaf.not_after - leaf.not_before, std::chrono::seconds(3660));
  EXPECT_GT(leaf.not_after, std::chrono::system_clock::now());
  EXPECT_LT(leaf.not_after, std::chrono::system_clock::now() + std::chrono::hours(2));
  EXPECT_FALSE(leaf.is_ca);
  EXPECT_TRUE(leaf.may_serve);
  EXPECT_FALSE(leaf.serial.empty());
  EXPECT_THAT(pair->warnings, IsEmpty());
  EXPECT_EQ(Fingerprint(*pair->chain.front()).size(), 64U);
}

TEST(CertificateTest, AChainKeepsItsOrder) {
  CertificateRequest authority = Named("root");
  authority.is_ca = true;
  const Credentials root = MakeCertificate(authority);
  const Credentials leaf = MakeCertificate(Named("leaf"), &root);
  const auto pair = ReadKeyPair("comment\n" + leaf.certificate + "\n" + root.certificate, leaf.key);
  ASSERT_TRUE(pair.has_value()) << pair.error().message;
  ASSERT_EQ(pair->chain.size(), 2U);
  EXPECT_EQ(pair->leaf.common_name, "leaf");
  EXPECT_TRUE(Describe(*pair->chain[1]).is_ca);
}

TEST(CertificateTest, AnEndInAFarYearIsOneThatClocksCanHold) {
  CertificateRequest request;
  request.not_after_seconds = 200'000'000'000;  // Some 6300 years.
  const auto pair = ReadCertificates(MakeCertificate(request).certificate);
  ASSERT_TRUE(pair.has_value());
  const CertificateFacts facts = Describe(*pair->front());
  EXPECT_EQ(std::chrono::system_clock::to_time_t(facts.not_after), 7258118400);
  EXPECT_LT(facts.not_before, facts.not_after);
}

TEST(CertificateTest, RsaKeysAreReadToo) {
  CertificateRequest request;
  request.rsa = true;
  const Credentials made = MakeCertificate(request);
  EXPECT_TRUE(ReadKeyPair(made.certificate, made.key).has_value());
}

TEST(CertificateTest, AKeyOfAnotherCertificateIsRefused) {
  const Credentials one = MakeCertificate({});
  const Credentials other = MakeCertificate({});
  const auto pair = ReadKeyPair(one.certificate, other.key);
  ASSERT_FALSE(pair.has_value());
  EXPECT_EQ(pair.error().message,
            "the private key does not belong to the first certificate of the chain");
}

TEST(CertificateTest, WhatClientsWouldRefuseIsAWarning) {
  CertificateRequest request;
  request.alternative_names = {};
  request.extended_key_usage = "clientAuth";
  const Credentials made = MakeCertificate(request);
  const auto pair = ReadKeyPair(made.certificate, made.key);
  ASSERT_TRUE(pair.has_value());
  EXPECT_THAT(pair->warnings,
              ElementsAre(HasSubstr("extended key usage"), HasSubstr("subject alternative name")));
}

TEST(CertificateTest, DamagedTextsAreErrorsThatSayWhere) {
  const Credentials made = MakeCertificate({});
  const std::string half = made.certificate.substr(0, made.certificate.size() / 2);
  std::string damaged = made.certificate;
  damaged[100] = damaged[100] == 'A' ? 'B' : 'A';
  damaged[40] = '!';
  const struct {
    std::string text;
    std::string_view message;
  } cases[] = {
      {"", "certificate: no PEM block of type CERTIFICATE"},
      {"hello", "certificate: no PEM block of type CERTIFICATE"},
      {made.key, "certificate: no PEM block of type CERTIFICATE"},
      {half, "certificate 1: "},
      {damaged, "certificate 1: "},
      {made.certificate + half, "certificate 2: "},
  };
  for (const auto& test : cases) {
    const auto read = ReadCertificates(test.text);
    ASSERT_FALSE(read.has_value()) << test.text;
    EXPECT_THAT(read.error().message, testing::StartsWith(std::string(test.message)));
    EXPECT_EQ(read.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(CertificateTest, MessagesNeverQuoteAKey) {
  const Credentials made = MakeCertificate({});
  for (std::size_t cut = 20; cut < made.key.size() - 30; cut += 20) {
    const auto key = ReadPrivateKey(made.key.substr(0, cut));
    ASSERT_FALSE(key.has_value()) << cut;
    EXPECT_THAT(key.error().message, Not(HasSubstr(made.key.substr(30, 10))));
  }
  const auto none = ReadPrivateKey(made.certificate);
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().message, "private key: no PEM block of type PRIVATE KEY");
}

TEST(CertificateTest, AKeyWithAPassPhraseIsRefusedWithoutAsking) {
  constexpr std::string_view kEncrypted =
      "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
      "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n-----END RSA PRIVATE KEY-----\n";
  EXPECT_FALSE(ReadPrivateKey(kEncrypted).has_value());
}

}  // namespace
}  // namespace sidecar::pki
