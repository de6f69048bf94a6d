#include "lib/kube/protocol/lease.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sidecar::kube {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using std::chrono::system_clock;

constexpr seconds kFifteen{15};
const LeaseView::TimePoint kStart{std::chrono::hours(1)};

LeaseRecord Held(const std::string& holder, const std::string& renewed) {
  return {holder, 15, "2026-01-01T00:00:00.000000Z", renewed, 3};
}

TEST(LeaseTest, TimesHaveExactlySixDigits) {
  const auto base = system_clock::time_point(seconds(1'767'225'600));
  EXPECT_EQ(MicroTime(base), "2026-01-01T00:00:00.000000Z");
  EXPECT_EQ(MicroTime(base + std::chrono::microseconds(1'000'042)), "2026-01-01T00:00:01.000042Z");
  EXPECT_EQ(MicroTime(system_clock::time_point(std::chrono::microseconds(-1))),
            "1969-12-31T23:59:59.999999Z");
}

TEST(LeaseTest, AnAbsentOrReleasedLeaseMayBeTaken) {
  LeaseView view;
  view.Saw(std::nullopt, kStart);
  EXPECT_TRUE(view.MayTake("me", kFifteen, kStart));
  view.Saw(Held("", "x"), kStart);
  EXPECT_TRUE(view.MayTake("me", kFifteen, kStart));
}

TEST(LeaseTest, AHoldersLeaseIsLeftAloneForItsDurationSinceItLastChanged) {
  LeaseView view;
  // The holder's clock is years off: it does not matter.
  view.Saw(Held("you", "2036-01-01T00:00:00.000000Z"), kStart);
  EXPECT_FALSE(view.MayTake("me", kFifteen, kStart + seconds(14)));
  EXPECT_TRUE(view.MayTake("you", kFifteen, kStart + seconds(1)));
  // Reading the same again proves nothing.
  view.Saw(Held("you", "2036-01-01T00:00:00.000000Z"), kStart + seconds(10));
  EXPECT_TRUE(view.MayTake("me", kFifteen, kStart + seconds(15)));
  view.Saw(Held("you", "2016-01-01T00:00:00.000000Z"), kStart + seconds(15));
  EXPECT_FALSE(view.MayTake("me", kFifteen, kStart + seconds(29)));
  EXPECT_TRUE(view.MayTake("me", kFifteen, kStart + seconds(30)));
}

TEST(LeaseTest, ADurationThatMakesNoSenseIsReplaced) {
  for (const std::int64_t duration : {std::int64_t{0}, std::int64_t{-5}, INT64_MAX}) {
    LeaseView view;
    LeaseRecord record = Held("you", "x");
    record.duration_seconds = duration;
    view.Saw(record, kStart);
    EXPECT_FALSE(view.MayTake("me", kFifteen, kStart + seconds(14)));
    EXPECT_TRUE(view.MayTake("me", kFifteen, kStart + seconds(15)));
  }
}

TEST(LeaseTest, TakingCountsTransitionsAndRenewingKeepsTheBeginning) {
  const auto now = system_clock::time_point(seconds(1'767'225'600));
  const LeaseRecord first = TakenLease(std::nullopt, "me", kFifteen, now);
  EXPECT_EQ(first, (LeaseRecord{"me", 15, MicroTime(now), MicroTime(now), 0}));
  const LeaseRecord renewed = TakenLease(first, "me", kFifteen, now + seconds(2));
  EXPECT_EQ(renewed, (LeaseRecord{"me", 15, MicroTime(now), MicroTime(now + seconds(2)), 0}));
  const LeaseRecord other = TakenLease(renewed, "you", kFifteen, now + seconds(20));
  EXPECT_EQ(other.transitions, 1);
  EXPECT_EQ(other.acquire_time, MicroTime(now + seconds(20)));
  const LeaseRecord released = ReleasedLease(other, now + seconds(30));
  EXPECT_EQ(released.holder, "");
  EXPECT_EQ(released.duration_seconds, 1);
  EXPECT_EQ(released.transitions, 1);
}

TEST(LeaseTest, ARecordSurvivesTheObject) {
  json lease = {{"metadata", {{"resourceVersion", "7"}}}, {"spec", {{"strategy", "x"}}}};
  const LeaseRecord record = Held("me", "2026-01-01T00:00:02.000000Z");
  WriteLease(record, lease);
  EXPECT_EQ(ReadLease(lease), record);
  EXPECT_EQ(lease["metadata"]["resourceVersion"], "7");
  EXPECT_EQ(lease["spec"]["strategy"], "x");
}

TEST(LeaseTest, OddObjectsAreNobodys) {
  for (const char* text : {"null", "[]", "{}", R"({"spec":[]})",
                           R"({"spec":{"holderIdentity":7,"leaseDurationSeconds":"x"}})"}) {
    EXPECT_EQ(ReadLease(json::parse(text)), LeaseRecord()) << text;
  }
}

TEST(LeaseTest, TimesThatCouldMakeTwoLeadersAreRefused) {
  EXPECT_TRUE(CheckTimes({}).has_value());
  EXPECT_FALSE(CheckTimes({seconds(10), seconds(10), seconds(2)}).has_value());
  EXPECT_FALSE(CheckTimes({seconds(15), seconds(2), seconds(2)}).has_value());
  EXPECT_FALSE(CheckTimes({seconds(15), seconds(10), seconds(0)}).has_value());
}

}  // namespace
}  // namespace sidecar::kube
