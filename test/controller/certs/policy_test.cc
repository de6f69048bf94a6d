#include "controller/certs/policy.h"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/certs/renewal.h"

namespace sidecar::controller {
namespace {

using pki::WallTime;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

const WallTime kNow = std::chrono::system_clock::from_time_t(1767225600);
constexpr hours kDay(24);
constexpr const char* kJunk = "junk";

const CertificatePolicy& Policy() {
  static const CertificatePolicy policy = PolicyForService("injector", "istio-system");
  return policy;
}

// Material that was made at a time, which Perform() is trusted to make.
Material Made(WallTime at = kNow) {
  Situation situation;
  situation.now = at;
  return Perform({StepKind::kCreate, Cause::kMissing, {}}, situation, Policy()).value();
}

Material WithNext(Material material, WallTime at = kNow) {
  Situation situation;
  situation.now = at;
  situation.stored = &material;
  return Perform({StepKind::kAddNextAuthority, Cause::kDue, {}}, situation, Policy()).value();
}

Material Promoted(WallTime at = kNow) {
  const Material material = WithNext(Made(at), at);
  Situation situation;
  situation.now = at;
  situation.stored = &material;
  return Perform({StepKind::kPromote, Cause::kPublished, {}}, situation, Policy()).value();
}

Step Decide(const Material* stored, WallTime now = kNow, const Material* last_good = nullptr) {
  Situation situation;
  situation.now = now;
  situation.stored = stored;
  situation.last_good = last_good;
  return NextStep(situation, Policy());
}

void ExpectStep(const Step& step, StepKind kind, Cause cause) {
  EXPECT_EQ(ToString(step.kind), ToString(kind)) << step.reason;
  EXPECT_EQ(ToString(step.cause), ToString(cause)) << step.reason;
}

TEST(PolicyTest, AServiceHasTheNamesThatApiServersUse) {
  const CertificatePolicy policy =
      PolicyForService("injector", "ns", {"injector.example.com", "10.0.0.1", "::1"});
  EXPECT_THAT(policy.names.dns_names,
              ElementsAre("injector", "injector.ns", "injector.ns.svc", "injector.example.com"));
  EXPECT_THAT(policy.names.ip_addresses, ElementsAre("10.0.0.1", "::1"));
  EXPECT_EQ(policy.common_name, "injector.ns.svc");
}

TEST(PolicyTest, NothingIsToBeDoneWithFreshMaterial) {
  const Material material = Made();
  ExpectStep(Decide(&material), StepKind::kNone, Cause::kNone);
}

TEST(PolicyTest, WithoutASecretOneIsCreated) {
  ExpectStep(Decide(nullptr), StepKind::kCreate, Cause::kMissing);
}

TEST(PolicyTest, ASecretOfAnotherProgramIsTakenOver) {
  const Material empty;
  ExpectStep(Decide(&empty), StepKind::kCreate, Cause::kMissing);
}

TEST(PolicyTest, ADeletedSecretIsRestoredFromMemory) {
  const Material memory = Made();
  ExpectStep(Decide(nullptr, kNow, &memory), StepKind::kRestore, Cause::kMissing);
}

TEST(PolicyTest, MemoryThatHasExpiredRestoresNothing) {
  const Material memory = Made(kNow - kDay * 400);
  ExpectStep(Decide(nullptr, kNow, &memory), StepKind::kCreate, Cause::kMissing);
}

TEST(PolicyTest, DamageIsRestoredFromMemory) {
  const Material memory = Made();
  Material damaged = memory;
  damaged.leaf.key = kJunk;
  const Step step = Decide(&damaged, kNow, &memory);
  ExpectStep(step, StepKind::kRestore, Cause::kDamaged);
  EXPECT_THAT(step.reason, HasSubstr("tls.key"));
}

TEST(PolicyTest, AnExpiredBackupIsReplacedByWhatIsInMemory) {
  const Material backup = Made(kNow - kDay * 400);
  const Material memory = Made();
  ExpectStep(Decide(&backup, kNow, &memory), StepKind::kRestore, Cause::kExpired);
}

TEST(PolicyTest, ADamagedLeafIsIssuedAnew) {
  Material material = Made();
  material.leaf.certificate = kJunk;
  ExpectStep(Decide(&material), StepKind::kRenewLeaf, Cause::kDamaged);
}

TEST(PolicyTest, WithoutAnyAuthorityAllIsReplaced) {
  Material material = Made();
  material.authority.certificate = kJunk;
  ExpectStep(Decide(&material), StepKind::kReplace, Cause::kDamaged);
  material = Made();
  material.leaf = {};
  material.authority.key = kJunk;
  ExpectStep(Decide(&material), StepKind::kReplace, Cause::kDamaged);
}

TEST(PolicyTest, ALostKeyMakesANewAuthorityWithoutHaste) {
  Material material = Made();
  material.authority.key = kJunk;
  ExpectStep(Decide(&material), StepKind::kAddNextAuthority, Cause::kDamaged);
}

TEST(PolicyTest, WithoutALeafAndAKeyTheNextAuthorityIsTakenAtOnce) {
  Material material = WithNext(Made());
  material.leaf = {};
  material.authority.key.clear();
  ExpectStep(Decide(&material), StepKind::kPromote, Cause::kDamaged);
}

TEST(PolicyTest, ADamagedNextAuthorityIsMadeAnew) {
  Material material = WithNext(Made());
  material.next_authority.key = kJunk;
  ExpectStep(Decide(&material), StepKind::kAddNextAuthority, Cause::kDamaged);
}

TEST(PolicyTest, DamagedPreviousAuthoritiesAreSetRight) {
  Material material = Promoted();
  material.previous_authorities = kJunk;
  ExpectStep(Decide(&material), StepKind::kDropPrevious, Cause::kDamaged);
}

TEST(PolicyTest, AnExpiredLeafIsRenewedAtOnce) {
  const Material material = Made();
  const WallTime after = kNow + Policy().leaf_life + minutes(1);
  ExpectStep(Decide(&material, after), StepKind::kRenewLeaf, Cause::kExpired);
}

TEST(PolicyTest, ALeafOfTheFutureIsRenewedAtOnce) {
  Material material = Made();
  Situation situation;
  situation.now = kNow + kDay;
  situation.stored = &material;
  material = Perform({StepKind::kRenewLeaf, Cause::kDue, {}}, situation, Policy()).value();
  ExpectStep(Decide(&material, kNow + hours(2)), StepKind::kRenewLeaf, Cause::kExpired);
}

TEST(PolicyTest, AnExpiredAuthorityIsReplacedAtOnce) {
  const Material material = Made();
  ExpectStep(Decide(&material, kNow + kDay * 366), StepKind::kReplace, Cause::kExpired);
  ExpectStep(Decide(&material, kNow - kDay), StepKind::kReplace, Cause::kExpired);
}

TEST(PolicyTest, TheLeafIsRenewedAtTwoThirdsOfItsLife) {
  const Material material = Made();
  const auto leaf = Examine(material).leaf.facts.value();
  const WallTime due = RenewalTime(leaf, Policy().identity);
  ExpectStep(Decide(&material, due - seconds(1)), StepKind::kNone, Cause::kNone);
  ExpectStep(Decide(&material, due), StepKind::kRenewLeaf, Cause::kDue);
}

TEST(PolicyTest, TheAuthorityGetsASuccessorAtTwoThirdsOfItsLife) {
  Material material = Made();
  const WallTime due = RenewalTime(Examine(material).authority.facts.value(), Policy().identity);
  Situation situation;
  situation.now = due - hours(1);
  situation.stored = &material;
  material = Perform({StepKind::kRenewLeaf, Cause::kDue, {}}, situation, Policy()).value();
  ExpectStep(Decide(&material, due - seconds(1)), StepKind::kNone, Cause::kNone);
  ExpectStep(Decide(&material, due), StepKind::kAddNextAuthority, Cause::kDue);
}

TEST(PolicyTest, ALeafThatEndsWithItsAuthorityIsNotRenewedOverAndOver) {
  Material material = Made();
  const WallTime late = kNow + kDay * 364;
  Situation situation;
  situation.now = late;
  situation.stored = &material;
  material = Perform({StepKind::kRenewLeaf, Cause::kDue, {}}, situation, Policy()).value();
  ExpectStep(Decide(&material, late + hours(23)), StepKind::kAddNextAuthority, Cause::kDue);
}

TEST(PolicyTest, ARequestIsFollowed) {
  Material material = Made();
  material.request = "leaf";
  ExpectStep(Decide(&material), StepKind::kRenewLeaf, Cause::kRequested);
  material.request = "ca";
  ExpectStep(Decide(&material), StepKind::kAddNextAuthority, Cause::kRequested);
}

TEST(PolicyTest, ALeafWithoutAWantedNameIsRenewed) {
  const Material material = Made();
  Situation situation;
  situation.now = kNow;
  situation.stored = &material;
  for (const char* name : {"10.0.0.1", "injector.example.com"}) {
    ExpectStep(NextStep(situation, PolicyForService("injector", "istio-system", {name})),
               StepKind::kRenewLeaf, Cause::kNamesChanged);
  }
}

TEST(PolicyTest, TheNextAuthorityWaitsForThePropagationOfCaBundle) {
  const Material material = WithNext(Made());
  Situation situation;
  situation.now = kNow;
  situation.stored = &material;
  Step step = NextStep(situation, Policy());
  ExpectStep(step, StepKind::kNone, Cause::kNone);
  EXPECT_EQ(step.reason, "the next authority is not in caBundle yet");

  situation.published_for = Policy().propagation - seconds(1);
  step = NextStep(situation, Policy());
  ExpectStep(step, StepKind::kNone, Cause::kNone);
  EXPECT_EQ(step.reason, "API servers are given the time to trust the next authority");

  situation.published_for = Policy().propagation;
  ExpectStep(NextStep(situation, Policy()), StepKind::kPromote, Cause::kPublished);
}

TEST(PolicyTest, AWallClockThatJumpsDoesNotShortenThePropagation) {
  const Material material = WithNext(Made());
  Situation situation;
  situation.now = kNow + kDay * 30;
  situation.stored = &material;
  situation.published_for = seconds(1);
  ExpectStep(NextStep(situation, Policy()), StepKind::kNone, Cause::kNone);
}

TEST(PolicyTest, PreviousAuthoritiesStayUntilTheirLeafHasEnded) {
  const Material material = Promoted();
  EXPECT_GE(material.previous_until, kNow + Policy().leaf_life);
  const WallTime end = kNow + kDay * 20;
  ExpectStep(Decide(&material, end), StepKind::kNone, Cause::kNone);

  Material over = material;
  over.previous_until = end;
  Situation situation;
  situation.now = end;
  situation.stored = &over;
  situation.unchanged_for = seconds(0);
  ExpectStep(NextStep(situation, Policy()), StepKind::kNone, Cause::kNone);
  situation.unchanged_for = Policy().propagation;
  ExpectStep(NextStep(situation, Policy()), StepKind::kDropPrevious, Cause::kRetired);
}

TEST(PolicyTest, PreviousAuthoritiesDoNotPileUp) {
  Material material = Promoted();
  material.request = "ca";
  for (std::size_t i = 1; i < kMostPreviousAuthorities; ++i) {
    ExpectStep(Decide(&material), StepKind::kAddNextAuthority, Cause::kRequested);
    material.previous_authorities += Made().authority.certificate;
  }
  const Step step = Decide(&material);
  ExpectStep(step, StepKind::kNone, Cause::kNone);
  EXPECT_THAT(step.reason, HasSubstr("earlier authorities must retire first"));
}

TEST(PolicyTest, AnExpiredNextAuthorityIsMadeAnew) {
  Material material = WithNext(Made(kNow - kDay * 400), kNow - kDay * 400);
  const Material fresh = Made();
  material.authority = fresh.authority;
  material.leaf = fresh.leaf;
  ExpectStep(Decide(&material), StepKind::kAddNextAuthority, Cause::kExpired);
}

TEST(PolicyTest, ALeafThatOthersSignIsAskedForWhenNeeded) {
  Material material = Made();
  const auto cause = [&](WallTime now) {
    const Step step = NextSignedLeafStep(&material, now, Policy());
    EXPECT_EQ(step.kind == StepKind::kNone, step.cause == Cause::kNone);
    return ToString(step.cause);
  };
  EXPECT_EQ(ToString(NextSignedLeafStep(nullptr, kNow, Policy()).cause), "missing");
  EXPECT_EQ(cause(kNow), "requested");  // Of an authority of our own.
  material.authority = {};
  EXPECT_EQ(cause(kNow), "none");
  EXPECT_EQ(cause(kNow + kDay * 62), "due");
  EXPECT_EQ(cause(kNow + kDay * 93), "expired");
  material.request = "leaf";
  EXPECT_EQ(cause(kNow), "requested");
  material.request.clear();
  EXPECT_EQ(ToString(NextSignedLeafStep(&material, kNow, PolicyForService("x", "y")).cause),
            "names_changed");
  material.leaf.key = kJunk;
  EXPECT_EQ(cause(kNow), "damaged");
  material.leaf = {};
  EXPECT_EQ(cause(kNow), "missing");
}

TEST(PolicyTest, RenewalsSpreadOverATwentiethOfTheLifeAndNeverChange) {
  pki::CertificateFacts facts;
  facts.not_before = kNow;
  facts.not_after = kNow + hours(6000);
  std::set<WallTime> times;
  for (int i = 0; i < 100; ++i) {
    facts.serial = std::to_string(i);
    const WallTime time = RenewalTime(facts, "a");
    EXPECT_LE(time, kNow + hours(4000));
    EXPECT_GE(time, kNow + hours(3700));
    EXPECT_EQ(time, RenewalTime(facts, "a"));
    times.insert(time);
  }
  EXPECT_GT(times.size(), 95U);
  EXPECT_NE(RenewalTime(facts, "a"), RenewalTime(facts, "b"));
}

TEST(PolicyTest, EveryKindAndCauseHasAName) {
  for (int i = 0; i <= static_cast<int>(StepKind::kDropPrevious); ++i) {
    EXPECT_NE(ToString(static_cast<StepKind>(i)), "unknown");
  }
  for (int i = 0; i <= static_cast<int>(Cause::kRetired); ++i) {
    EXPECT_NE(ToString(static_cast<Cause>(i)), "unknown");
  }
}

TEST(PolicyTest, HeldForStartsAnewWithEveryChange) {
  HeldFor held;
  const Clock::time_point start;
  EXPECT_EQ(held.Observe("a", start), seconds(0));
  EXPECT_EQ(held.Observe("a", start + seconds(5)), seconds(5));
  EXPECT_EQ(held.Observe("b", start + seconds(6)), seconds(0));
  EXPECT_EQ(held.Observe("a", start + seconds(7)), seconds(0));
  held.Forget();
  EXPECT_EQ(held.Observe("a", start + seconds(9)), seconds(0));
}

}  // namespace
}  // namespace sidecar::controller
