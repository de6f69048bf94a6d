#include "controller/certs/renewal.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/pki/verify.h"

namespace sidecar::controller {
namespace {

using pki::WallTime;
using std::chrono::hours;
using testing::HasSubstr;
using testing::IsEmpty;

const WallTime kNow = std::chrono::system_clock::from_time_t(1767225600);
constexpr hours kDay(24);
constexpr const char* kName = "injector.istio-system.svc";

const CertificatePolicy& Policy() {
  static const CertificatePolicy policy = PolicyForService("injector", "istio-system");
  return policy;
}

Material After(StepKind kind, const Material* stored = nullptr, Cause cause = Cause::kDue) {
  Situation situation;
  situation.now = kNow;
  situation.stored = stored;
  return Perform({kind, cause, {}}, situation, Policy()).value();
}

bool Trusts(const std::string& bundle, const Material& material, WallTime now = kNow) {
  return pki::VerifyServer(material.leaf.certificate, bundle, kName, now).has_value();
}

TEST(RenewalTest, WhatIsCreatedIsWholeAndTrusted) {
  const Material made = After(StepKind::kCreate);
  EXPECT_THAT(Examine(made).Problems(), IsEmpty());
  EXPECT_TRUE(Trusts(CaBundle(made), made));
  EXPECT_EQ(made.previous_authorities, "");
}

TEST(RenewalTest, WhatTheServerTrustedBeforeIsAdoptedForADay) {
  const Material other = After(StepKind::kCreate);
  Situation situation;
  situation.now = kNow;
  situation.server.bundles = {"junk", CaBundle(other), CaBundle(other)};
  const Material made =
      Perform({StepKind::kCreate, Cause::kMissing, {}}, situation, Policy()).value();
  EXPECT_TRUE(Trusts(CaBundle(made), other));
  EXPECT_TRUE(Trusts(CaBundle(made), made));
  EXPECT_EQ(Examine(made).previous_count, 1U);
  EXPECT_EQ(made.previous_until, kNow + kDay);
}

TEST(RenewalTest, WhatHasExpiredIsNotAdoptedAndNeitherAreMany) {
  Situation situation;
  situation.now = kNow - kDay * 400;
  const Material old =
      Perform({StepKind::kCreate, Cause::kMissing, {}}, situation, Policy()).value();
  situation.now = kNow;
  situation.server.bundles = {CaBundle(old)};
  const Step step{StepKind::kCreate, Cause::kMissing, {}};
  EXPECT_EQ(Perform(step, situation, Policy())->previous_authorities, "");
  for (int i = 0; i < 10; ++i) {
    situation.server.bundles.push_back(CaBundle(After(StepKind::kCreate)));
  }
  EXPECT_EQ(Examine(*Perform(step, situation, Policy())).previous_count, kMostPreviousAuthorities);
}

TEST(RenewalTest, AReplacementKeepsTrustInWhatTheSecretNamed) {
  Material damaged = After(StepKind::kCreate);
  const Material before = damaged;
  damaged.leaf = {};
  damaged.authority.key.clear();
  const Material after = After(StepKind::kReplace, &damaged, Cause::kDamaged);
  EXPECT_THAT(Examine(after).Problems(), IsEmpty());
  EXPECT_TRUE(Trusts(CaBundle(after), after));
  EXPECT_TRUE(Trusts(CaBundle(after), before));
}

TEST(RenewalTest, ANewLeafKeepsTheBundle) {
  Material before = After(StepKind::kCreate);
  before.request = "leaf";
  const Material after = After(StepKind::kRenewLeaf, &before);
  EXPECT_EQ(CaBundle(after), CaBundle(before));
  EXPECT_NE(after.leaf.certificate, before.leaf.certificate);
  EXPECT_NE(after.leaf.key, before.leaf.key);
  EXPECT_EQ(after.request, "");
}

TEST(RenewalTest, ANextAuthorityChangesTheBundleAndNotTheLeaf) {
  Material before = After(StepKind::kCreate);
  before.request = "ca";
  const Material after = After(StepKind::kAddNextAuthority, &before);
  EXPECT_EQ(after.leaf.certificate, before.leaf.certificate);
  EXPECT_EQ(after.authority.certificate, before.authority.certificate);
  EXPECT_EQ(CaBundle(after), CaBundle(before) + after.next_authority.certificate);
  EXPECT_EQ(after.request, "");
}

TEST(RenewalTest, APromotionChangesTheLeafAndNotWhatIsTrusted) {
  const Material first = After(StepKind::kCreate);
  const Material before = After(StepKind::kAddNextAuthority, &first);
  const Material after = After(StepKind::kPromote, &before);
  EXPECT_THAT(Examine(after).Problems(), IsEmpty());
  EXPECT_EQ(after.authority.certificate, before.next_authority.certificate);
  EXPECT_EQ(after.next_authority.certificate, "");
  EXPECT_TRUE(BundleContains(CaBundle(after), CaBundle(before)));
  EXPECT_TRUE(BundleContains(CaBundle(before), CaBundle(after)));
  EXPECT_TRUE(Trusts(CaBundle(before), after));
  EXPECT_TRUE(Trusts(CaBundle(after), before));
  EXPECT_GE(after.previous_until, Examine(before).leaf.facts->not_after + std::chrono::seconds(90));
}

TEST(RenewalTest, AfterTheDropOnlyTheCurrentAuthorityIsTrusted) {
  const Material first = After(StepKind::kCreate);
  const Material second = After(StepKind::kAddNextAuthority, &first);
  const Material third = After(StepKind::kPromote, &second);
  const Material after = After(StepKind::kDropPrevious, &third, Cause::kRetired);
  EXPECT_EQ(CaBundle(after), third.authority.certificate);
  EXPECT_EQ(after.leaf.certificate, third.leaf.certificate);
}

TEST(RenewalTest, DamagedPreviousAuthoritiesAreTakenFromTheServer) {
  const Material first = After(StepKind::kCreate);
  Material second = After(StepKind::kCreate);
  second.previous_authorities = "junk";
  Situation situation;
  situation.now = kNow;
  situation.stored = &second;
  situation.server.bundles = {CaBundle(first)};
  const Material after =
      Perform({StepKind::kDropPrevious, Cause::kDamaged, {}}, situation, Policy()).value();
  EXPECT_TRUE(Trusts(CaBundle(after), first));
  EXPECT_THAT(Examine(after).Problems(), IsEmpty());
}

TEST(RenewalTest, ADeletedSecretComesBackWithARequestForNewKeys) {
  const Material memory = After(StepKind::kCreate);
  Situation situation;
  situation.now = kNow;
  situation.last_good = &memory;
  const Material after =
      Perform({StepKind::kRestore, Cause::kMissing, {}}, situation, Policy()).value();
  EXPECT_EQ(after.request, "ca");
  EXPECT_EQ(after.leaf.certificate, memory.leaf.certificate);

  const Material damaged = {};
  situation.stored = &damaged;
  EXPECT_EQ(*Perform({StepKind::kRestore, Cause::kDamaged, {}}, situation, Policy()), memory);
}

TEST(RenewalTest, ANameThatNoCertificateMayHoldIsAnError) {
  Situation situation;
  situation.now = kNow;
  const auto made = Perform({StepKind::kCreate, Cause::kMissing, {}}, situation,
                            PolicyForService("in jector", "istio-system"));
  ASSERT_FALSE(made.has_value());
  EXPECT_THAT(made.error().message, HasSubstr("issue a leaf: \"in jector\" is no DNS name"));
}

}  // namespace
}  // namespace sidecar::controller
