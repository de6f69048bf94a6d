// Years of rotations with several replicas and API servers, each of which sees the others' writes
// late, and processes that crash: at every instant, each API server must trust each replica.

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "controller/certs/material.h"
#include "controller/certs/policy.h"
#include "controller/certs/renewal.h"
#include "lib/pki/verify.h"

namespace sidecar::controller {
namespace {

using pki::WallTime;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const WallTime kStart = std::chrono::system_clock::from_time_t(1767225600);
constexpr hours kDay(24);
constexpr const char* kName = "injector.istio-system.svc";

// A thing that is written at once and seen by others later.
template <class T>
struct Versions {
  std::vector<T> all;

  void Write(T value) { all.push_back(std::move(value)); }
  std::size_t latest() const { return all.size() - 1; }
};

struct Replica {
  std::optional<Material> seen;
  std::optional<Material> last_good;
  std::size_t seen_version = 0;
  bool has_read = false;
  WallTime next_read;
  HeldFor published;
  HeldFor unchanged;

  // As a process that starts anew.
  void Crash() { *this = Replica(); }
};

struct ApiServer {
  std::string bundle;
  WallTime next_read;
};

struct Delays {
  seconds replica{10};
  seconds api_server{20};
};

// The Secret, the webhook configuration and who looks at them. The wall clock may jump; the
// monotonic one does not.
class World {
 public:
  World(unsigned seed, Delays delays, std::size_t replicas = 3, std::size_t api_servers = 2)
      : random_(seed), delays_(delays), replicas_(replicas), api_servers_(api_servers) {}

  WallTime now() const { return now_; }
  const std::vector<Replica>& replicas() const { return replicas_; }
  bool HasSecret() const { return !secret_.all.empty() && secret_.all.back().has_value(); }
  const Material& secret() const { return *secret_.all.back(); }
  const std::string& bundle() const { return bundle_; }
  void SetSecret(std::optional<Material> material) { secret_.Write(std::move(material)); }
  void WipeBundle() { bundle_.clear(); }
  void Jump(seconds by) { now_ += by; }
  seconds Random(seconds most) {
    return seconds(std::uniform_int_distribution<std::int64_t>(0, most.count())(random_));
  }

  void Pass(seconds time) {
    now_ += time;
    steady_ += time;
    for (Replica& replica : replicas_) {
      if (now_ < replica.next_read) continue;
      Read(replica);
      replica.next_read = now_ + Random(delays_.replica);
    }
    for (ApiServer& server : api_servers_) {
      // What was written is seen after the delay at most: a pending change is never put off.
      if (server.bundle == bundle_ || now_ < server.next_read) continue;
      server.bundle = bundle_;
    }
  }

  // What the leader wants to do, from a fresh reading.
  Step Decide(Replica& leader) {
    Read(leader);
    Situation situation = Look(leader);
    return NextStep(situation, policy_);
  }

  // Reads, publishes the bundle, decides and writes, as the rotator does. Returns the step, done
  // or not: `crash` ends the process before the write.
  Step Act(std::size_t index, bool crash = false) {
    Replica& leader = replicas_[index];
    Read(leader);
    if (leader.seen.has_value() && Examine(*leader.seen).IsBundleComplete()) {
      WriteBundle(CaBundle(*leader.seen));
    }
    const Situation situation = Look(leader);
    Step step = NextStep(situation, policy_);
    if (step.kind == StepKind::kNone) return step;
    auto after = Perform(step, situation, policy_);
    EXPECT_TRUE(after.has_value()) << after.error().message;
    if (crash) {
      leader.Crash();
      return step;
    }
    Write(leader, *std::move(after));
    return step;
  }

  // Two replicas that believe to lead decide by the same reading; then both write.
  void Race(std::size_t one, std::size_t other) {
    std::vector<std::pair<std::size_t, Material>> writes;
    for (const std::size_t index : {one, other}) {
      Replica& leader = replicas_[index];
      Read(leader);
      const Situation situation = Look(leader);
      const Step step = NextStep(situation, policy_);
      if (step.kind == StepKind::kNone) return;
      writes.emplace_back(index, *Perform(step, situation, policy_));
    }
    for (auto& [index, material] : writes) Write(replicas_[index], std::move(material));
  }

  // Acts until nothing is left to do at once.
  void Settle(std::size_t index) {
    constexpr int kEnough = 10;
    for (int i = 0; i < kEnough && Act(index).kind != StepKind::kNone; ++i) Pass(seconds(1));
  }

  // Every API server trusts every replica.
  testing::AssertionResult AllTrusted() {
    for (const Replica& replica : replicas_) {
      if (!replica.last_good.has_value()) continue;
      for (const ApiServer& server : api_servers_) {
        const std::string why = Distrust(replica.last_good->leaf.certificate, server.bundle);
        if (!why.empty()) return testing::AssertionFailure() << why;
      }
    }
    return testing::AssertionSuccess();
  }

  CertificatePolicy& policy() { return policy_; }
  std::vector<Replica>& mutable_replicas() { return replicas_; }
  std::size_t checks() const { return checks_; }

 private:
  void Read(Replica& replica) {
    if (secret_.all.empty()) return;
    if (replica.has_read && replica.seen_version == secret_.latest()) return;
    replica.has_read = true;
    replica.seen = secret_.all.back();
    replica.seen_version = secret_.latest();
    if (!replica.seen.has_value() || !Examine(*replica.seen).Problems().empty()) return;
    replica.last_good = replica.seen;
  }

  // Under the optimistic lock: whoever comes second has to read again.
  void Write(Replica& writer, Material material) {
    if (!secret_.all.empty() && writer.seen_version != secret_.latest()) return;
    // Through the Secret's text, as in life.
    SecretContent content;
    ToSecret(material, content);
    secret_.Write(FromSecret(content));
    Read(writer);
  }

  void WriteBundle(const std::string& bundle) {
    if (bundle == bundle_) return;
    bundle_ = bundle;
    for (ApiServer& server : api_servers_) server.next_read = now_ + Random(delays_.api_server);
  }

  Situation Look(Replica& leader) {
    Situation situation;
    situation.now = now_;
    situation.server.known = true;
    if (!bundle_.empty()) situation.server.bundles = {bundle_};
    situation.last_good = leader.last_good.has_value() ? &*leader.last_good : nullptr;
    if (!leader.seen.has_value()) return situation;
    situation.stored = &*leader.seen;
    const std::string wanted = CaBundle(*leader.seen);
    situation.unchanged_for =
        leader.unchanged.Observe(std::to_string(leader.seen_version), steady_);
    if (BundleContains(bundle_, wanted)) {
      situation.published_for = leader.published.Observe(wanted, steady_);
    } else {
      leader.published.Forget();
    }
    return situation;
  }

  // Verified once for each pair; from then on its dates are looked at.
  std::string Distrust(const std::string& leaf, const std::string& bundle) {
    ++checks_;
    const auto [entry, is_new] = trusted_until_.try_emplace({leaf, bundle});
    if (is_new) {
      const auto verified = pki::VerifyServer(leaf, bundle, kName, now_);
      if (!verified.has_value()) {
        trusted_until_.erase(entry);
        return verified.error().message;
      }
      const auto chain = pki::ReadCertificates(leaf);
      entry->second = pki::Describe(*chain->front()).not_after;
    }
    return now_ < entry->second ? "" : "expired";
  }

  std::mt19937 random_;
  const Delays delays_;
  CertificatePolicy policy_ = PolicyForService("injector", "istio-system");
  WallTime now_ = kStart;
  Clock::time_point steady_;
  Versions<std::optional<Material>> secret_;
  std::string bundle_;
  std::vector<Replica> replicas_;
  std::vector<ApiServer> api_servers_;
  std::map<std::pair<std::string, std::string>, WallTime> trusted_until_;
  std::size_t checks_ = 0;
};

// A world in which all has been created and everybody knows it.
void Begin(World& world) {
  world.Settle(0);
  world.Act(0);
  for (int i = 0; i < 100; ++i) world.Pass(minutes(30));
  ASSERT_TRUE(world.AllTrusted());
}

// Until the rotation that has begun is over, all are trusted.
void FollowThrough(World& world, std::size_t leader) {
  constexpr int kEnough = 2000;
  for (int i = 0; i < kEnough; ++i) {
    world.Act(leader);
    ASSERT_TRUE(world.AllTrusted());
    world.Pass(seconds(5));
    ASSERT_TRUE(world.AllTrusted());
    if (world.secret().next_authority.certificate.empty() && world.secret().request.empty()) return;
  }
  FAIL() << "the rotation does not end";
}

class YearsTest : public testing::TestWithParam<unsigned> {};

// API servers are late by almost the propagation time, replicas by up to a day.
TEST_P(YearsTest, EveryApiServerTrustsEveryReplicaAtEveryInstant) {
  World world(GetParam(), {kDay, seconds(55)});
  world.policy().adoption = seconds(0);
  Begin(world);
  std::map<StepKind, int> steps;
  std::size_t leader = 0;
  const WallTime end = kStart + kDay * 800;
  while (world.now() < end) {
    const auto dice = world.Random(seconds(99)).count();
    if (dice < 2) {  // Another process leads, having seen what it has seen.
      leader = static_cast<std::size_t>(world.Random(seconds(2)).count());
    }
    if (dice == 2) world.Race(0, 1);
    if (dice == 3) world.SetSecret(std::nullopt);  // Somebody deletes it.
    const Step step = world.Act(leader, dice == 4);
    ++steps[step.kind];
    ASSERT_TRUE(world.AllTrusted()) << ToString(step.kind) << ": " << step.reason;
    const bool is_rotating =
        world.HasSecret() && !world.secret().next_authority.certificate.empty();
    world.Pass(is_rotating || dice < 10 ? world.Random(seconds(20)) : world.Random(hours(60)));
    ASSERT_TRUE(world.AllTrusted()) << "after " << ToString(step.kind) << ": " << step.reason;
  }
  EXPECT_GE(steps[StepKind::kRenewLeaf], 1);
  EXPECT_GE(steps[StepKind::kAddNextAuthority], 3);
  EXPECT_GE(steps[StepKind::kPromote], 3);
  EXPECT_GE(steps[StepKind::kDropPrevious], 1);
  EXPECT_EQ(steps[StepKind::kReplace], 0);
  EXPECT_GT(world.checks(), 3'000U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, YearsTest, testing::Range(1U, 4U));

TEST(RotationTest, TooShortAPropagationTimeWouldBeNoticedHere) {
  World world(1, {seconds(1), minutes(5)});
  world.policy().propagation = seconds(0);
  Begin(world);
  bool all_trusted = true;
  for (int rotation = 0; rotation < 5; ++rotation) {
    Material requested = world.secret();
    requested.request = "ca";
    world.SetSecret(requested);
    for (int i = 0; i < 50; ++i) {
      world.Act(0);
      world.Pass(seconds(3));
      all_trusted = all_trusted && world.AllTrusted();
    }
  }
  EXPECT_FALSE(all_trusted);
}

TEST(RotationTest, ACrashAtAnyStepIsMadeUpForByTheNextLeader) {
  for (const StepKind at : {StepKind::kAddNextAuthority, StepKind::kPromote}) {
    World world(7, {minutes(10), seconds(55)});
    Begin(world);
    Material requested = world.secret();
    requested.request = "ca";
    world.SetSecret(requested);
    const std::string before = requested.authority.certificate;
    bool has_crashed = false;
    std::size_t leader = 0;
    for (int i = 0; i < 60; ++i) {
      const bool crash = !has_crashed && world.Decide(world.mutable_replicas()[leader]).kind == at;
      world.Act(leader, crash);
      ASSERT_TRUE(world.AllTrusted());
      if (crash) {
        has_crashed = true;
        leader = 1;
      }
      world.Pass(seconds(5));
      ASSERT_TRUE(world.AllTrusted());
    }
    EXPECT_TRUE(has_crashed);
    EXPECT_NE(world.secret().authority.certificate, before);
  }
}

TEST(RotationTest, ACrashWhileCreatingLeavesNothingBehind) {
  World world(7, {});
  EXPECT_EQ(world.Act(0, true).kind, StepKind::kCreate);
  EXPECT_FALSE(world.HasSecret());
  Begin(world);
}

TEST(RotationTest, ReplicasThatStartTogetherAgreeOnOneSecret) {
  World world(7, {});
  world.Race(0, 1);
  const std::string first = world.secret().authority.certificate;
  world.Settle(1);
  world.Settle(2);
  EXPECT_EQ(world.secret().authority.certificate, first);
  world.Pass(minutes(1));
  ASSERT_TRUE(world.AllTrusted());
}

TEST(RotationTest, TwoLeadersDoNotMixTheirRotations) {
  World world(3, {minutes(10), seconds(55)});
  Begin(world);
  Material requested = world.secret();
  requested.request = "ca";
  world.SetSecret(requested);
  for (int i = 0; i < 40; ++i) {
    world.Race(0, 1);
    world.Act(static_cast<std::size_t>(i % 2));
    ASSERT_TRUE(world.AllTrusted());
    world.Pass(seconds(5));
    ASSERT_TRUE(world.AllTrusted());
  }
  EXPECT_TRUE(world.secret().next_authority.certificate.empty());
  EXPECT_NE(world.secret().authority.certificate, requested.authority.certificate);
}

// In the worst case the leaf is just not due before the jump.
TEST(RotationTest, AClockThatJumpsByAMonthFindsAValidLeafThatIsRenewedAtOnce) {
  for (int age = 0; age <= 60; age += 10) {
    World world(5, {seconds(10), seconds(20)});
    Begin(world);
    for (int day = 0; day < age; ++day) {
      world.Pass(kDay);
      world.Act(0);
      world.Pass(seconds(10));  // The others look, too: not all of them on the day of the jump.
    }
    world.Jump(kDay * 30);
    ASSERT_TRUE(world.AllTrusted()) << age;
    const bool is_due =
        world.now() >= RenewalTime(*Examine(world.secret()).leaf.facts, world.policy().identity);
    const Step step = world.Act(0);
    EXPECT_EQ(step.kind, is_due ? StepKind::kRenewLeaf : StepKind::kNone) << age;
    world.Pass(seconds(10));
    ASSERT_TRUE(world.AllTrusted());
  }
}

TEST(RotationTest, AClockThatJumpsDuringARotationLosesNothing) {
  World world(5, {seconds(10), seconds(55)});
  Begin(world);
  Material requested = world.secret();
  requested.request = "ca";
  world.SetSecret(requested);
  ASSERT_EQ(world.Act(0).kind, StepKind::kAddNextAuthority);
  ASSERT_EQ(world.Act(0).kind, StepKind::kNone);
  world.Jump(kDay * 30);
  FollowThrough(world, 0);
  EXPECT_NE(world.secret().authority.certificate, requested.authority.certificate);
}

TEST(RotationTest, ADeletedSecretIsRotatedWithoutALoss) {
  World world(9, {minutes(5), seconds(55)});
  Begin(world);
  const std::string before = world.secret().authority.certificate;
  world.SetSecret(std::nullopt);
  ASSERT_EQ(world.Act(0).kind, StepKind::kRestore);
  FollowThrough(world, 0);
  EXPECT_NE(world.secret().authority.certificate, before);
}

TEST(RotationTest, ADamagedSecretIsRestoredWithoutALoss) {
  void (*const damages[])(Material&) = {
      [](Material& m) { m = Material(); },
      [](Material& m) { m.authority.key = "junk"; },
      [](Material& m) { m.authority.certificate.clear(); },
      [](Material& m) { m.leaf.key.resize(60); },
      [](Material& m) { m.leaf.certificate = "junk"; },
  };
  for (const auto damage : damages) {
    World world(9, {minutes(5), seconds(55)});
    Begin(world);
    const Material before = world.secret();
    Material damaged = before;
    damage(damaged);
    world.SetSecret(damaged);
    ASSERT_EQ(world.Act(1).kind, StepKind::kRestore);
    EXPECT_TRUE(world.secret() == before);
    FollowThrough(world, 1);
  }
}

// The key is gone, and so is everybody's memory of it; the leaf is still served.
TEST(RotationTest, ALostAuthorityKeyIsReplacedWithoutALoss) {
  World world(9, {seconds(5), seconds(55)});
  Begin(world);
  Material damaged = world.secret();
  damaged.authority.key.clear();
  world.SetSecret(damaged);
  for (Replica& replica : world.mutable_replicas()) {
    replica.Crash();
    replica.last_good = damaged;
  }
  ASSERT_EQ(world.Act(0).kind, StepKind::kAddNextAuthority);
  FollowThrough(world, 0);
  EXPECT_TRUE(Examine(world.secret()).Problems().empty());
  EXPECT_NE(world.secret().authority.certificate, damaged.authority.certificate);
}

// Every replica was down for more than a year: nobody remembers anything usable.
TEST(RotationTest, AnExpiredSecretIsReplacedAtOnce) {
  World world(9, {seconds(5), seconds(20)});
  Begin(world);
  for (Replica& replica : world.mutable_replicas()) replica.Crash();
  world.Jump(kDay * 400);
  EXPECT_EQ(world.Act(0).kind, StepKind::kReplace);
  EXPECT_EQ(world.Act(0).kind, StepKind::kNone);
  world.Pass(seconds(20));
  world.Pass(seconds(20));
  EXPECT_TRUE(world.AllTrusted());
}

TEST(RotationTest, AWipedBundleStartsThePropagationAnew) {
  World world(9, {seconds(5), seconds(20)});
  Begin(world);
  Material requested = world.secret();
  requested.request = "ca";
  world.SetSecret(requested);
  ASSERT_EQ(world.Act(0).kind, StepKind::kAddNextAuthority);
  world.Act(0);
  world.Pass(seconds(59));
  ASSERT_EQ(world.Act(0).kind, StepKind::kNone);
  world.WipeBundle();
  EXPECT_EQ(world.Decide(world.mutable_replicas()[0]).kind, StepKind::kNone);
  world.Act(0);  // Publishes it again.
  world.Pass(seconds(59));
  EXPECT_EQ(world.Act(0).kind, StepKind::kNone);
  world.Pass(seconds(1));
  EXPECT_EQ(world.Act(0).kind, StepKind::kPromote);
}

}  // namespace
}  // namespace sidecar::controller
