#include "lib/pki/authority.h"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/asn1.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "lib/pki/verify.h"
#include "test/support/certificates.h"

namespace sidecar::pki {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;

// 2026-01-01T00:00:00Z.
const WallTime kNow = std::chrono::system_clock::from_time_t(1767225600);
constexpr hours kYear(24 * 365);

Authority NewAuthority(WallTime now = kNow, seconds life = kYear) {
  const auto made = MakeAuthority("test CA", now, life);
  return ReadAuthority(made.value().certificate, made.value().key).value();
}

LeafRequest Request(seconds life = hours(24)) {
  return {"injector.istio-system.svc",
          {{"injector", "injector.istio-system", "injector.istio-system.svc"}, {"10.0.0.1"}},
          kNow,
          life};
}

TEST(AuthorityTest, AnAuthoritySignsCertificatesAndNothingElse) {
  const Authority authority = NewAuthority();
  EXPECT_EQ(authority.facts.subject, "CN=test CA");
  EXPECT_TRUE(authority.facts.is_ca);
  X509* const raw = authority.certificate.get();
  EXPECT_EQ(X509_get_key_usage(raw), static_cast<unsigned>(KU_KEY_CERT_SIGN | KU_CRL_SIGN));
  EXPECT_EQ(X509_get_pathlen(raw), 0);
  EXPECT_NE(X509_get0_subject_key_id(raw), nullptr);
  EXPECT_TRUE(IsSignedBy(*raw, *raw));
}

TEST(AuthorityTest, AnAuthorityIsBackDatedAnHourForLateClocks) {
  const Authority authority = NewAuthority();
  EXPECT_EQ(authority.facts.not_before, kNow - hours(1));
  EXPECT_EQ(authority.facts.not_after, kNow + kYear);
}

TEST(AuthorityTest, AShortLifeIsBackDatedByATenthOfIt) {
  EXPECT_EQ(NewAuthority(kNow, minutes(10)).facts.not_before, kNow - minutes(1));
}

TEST(AuthorityTest, ALifeThatEndsAfter2049IsWritten) {
  EXPECT_EQ(NewAuthority(kNow, kYear * 100).facts.not_after, kNow + kYear * 100);
}

TEST(AuthorityTest, ALeafServesUnderItsNamesForItsLife) {
  const Authority authority = NewAuthority();
  const auto leaf = IssueLeaf(authority, Request());
  ASSERT_TRUE(leaf.has_value()) << leaf.error().message;
  const auto pair = ReadKeyPair(leaf->certificate, leaf->key);
  ASSERT_TRUE(pair.has_value()) << pair.error().message;
  EXPECT_THAT(pair->leaf.dns_names,
              ElementsAre("injector", "injector.istio-system", "injector.istio-system.svc"));
  EXPECT_THAT(pair->leaf.ip_addresses, ElementsAre("10.0.0.1"));
  EXPECT_EQ(pair->leaf.subject, "CN=injector.istio-system.svc");
  EXPECT_EQ(pair->leaf.not_before, kNow - hours(1));
  EXPECT_EQ(pair->leaf.not_after, kNow + hours(24));
  EXPECT_FALSE(pair->leaf.is_ca);
  EXPECT_TRUE(pair->leaf.may_serve);
  EXPECT_TRUE(pair->warnings.empty());
  X509* const raw = pair->chain.front().get();
  EXPECT_EQ(X509_get_key_usage(raw), static_cast<unsigned>(KU_DIGITAL_SIGNATURE));
  EXPECT_EQ(X509_get_extended_key_usage(raw), static_cast<unsigned>(XKU_SSL_SERVER));
}

TEST(AuthorityTest, ALeafNamesTheKeyThatSignedIt) {
  const Authority authority = NewAuthority();
  const auto leaf = ReadCertificates(IssueLeaf(authority, Request())->certificate);
  const ASN1_OCTET_STRING* const wanted = X509_get0_subject_key_id(authority.certificate.get());
  const ASN1_OCTET_STRING* const named = X509_get0_authority_key_id(leaf->front().get());
  ASSERT_NE(named, nullptr);
  EXPECT_EQ(ASN1_OCTET_STRING_cmp(wanted, named), 0);
}

TEST(AuthorityTest, ALeafNeverOutlivesItsAuthority) {
  const Authority authority = NewAuthority(kNow, hours(2));
  const auto leaf = ReadCertificates(IssueLeaf(authority, Request(hours(24)))->certificate);
  EXPECT_EQ(Describe(*leaf->front()).not_after, authority.facts.not_after);
}

TEST(AuthorityTest, AnExpiredAuthorityIssuesNothing) {
  const Authority authority = NewAuthority(kNow - hours(3), hours(2));
  EXPECT_FALSE(IssueLeaf(authority, Request()).has_value());
}

TEST(AuthorityTest, ALeafNeedsALife) {
  EXPECT_FALSE(IssueLeaf(NewAuthority(), Request(seconds(0))).has_value());
  EXPECT_FALSE(MakeAuthority("x", kNow, seconds(0)).has_value());
}

TEST(AuthorityTest, ALongServiceNameIsCutInTheCommonNameOnly) {
  LeafRequest request = Request();
  const std::string name = std::string(63, 'a') + ".istio-system.svc";
  request.common_name = name;
  request.names.dns_names = {name};
  const auto leaf = IssueLeaf(NewAuthority(), request);
  ASSERT_TRUE(leaf.has_value()) << leaf.error().message;
  EXPECT_THAT(Describe(*ReadCertificates(leaf->certificate)->front()).dns_names, ElementsAre(name));
}

TEST(AuthorityTest, SerialNumbersArePositiveRandomAndOf128Bits) {
  const Authority authority = NewAuthority();
  std::set<std::string> serials;
  for (int i = 0; i < 20; ++i) {
    const auto leaf = ReadCertificates(IssueLeaf(authority, Request())->certificate);
    const std::string serial = Describe(*leaf->front()).serial;
    EXPECT_EQ(serial.size(), 32U) << serial;
    serials.insert(serial);
  }
  EXPECT_EQ(serials.size(), 20U);
}

TEST(AuthorityTest, OnlyACompleteAuthorityIsRead) {
  const auto one = MakeAuthority("one", kNow, kYear);
  const auto other = MakeAuthority("other", kNow, kYear);
  EXPECT_TRUE(ReadAuthority(one->certificate, one->key).has_value());
  EXPECT_FALSE(ReadAuthority(one->certificate, other->key).has_value());
  EXPECT_FALSE(ReadAuthority(one->certificate + other->certificate, one->key).has_value());
  const auto leaf = IssueLeaf(ReadAuthority(one->certificate, one->key).value(), Request());
  EXPECT_FALSE(ReadAuthority(leaf->certificate, leaf->key).has_value());
}

TEST(AuthorityTest, ASignatureTellsWhoseItIs) {
  const Authority one = NewAuthority();
  const Authority other = NewAuthority();
  const auto leaf = ReadCertificates(IssueLeaf(one, Request())->certificate);
  EXPECT_TRUE(IsSignedBy(*leaf->front(), *one.certificate));
  EXPECT_FALSE(IsSignedBy(*leaf->front(), *other.certificate));
}

}  // namespace
}  // namespace sidecar::pki
