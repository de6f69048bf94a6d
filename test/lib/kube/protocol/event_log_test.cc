#include "lib/kube/protocol/event_log.h"

#include <gtest/gtest.h>

namespace sidecar::kube {
namespace {

const Clock::time_point kNow{std::chrono::hours(1)};
const std::chrono::system_clock::time_point kWall{std::chrono::hours(500'000)};

ObjectReference Named(const std::string& name) {
  return {"v1", "ConfigMap", "ns", name};
}

TEST(EventLogTest, EqualEventsBecomeOneWithACount) {
  EventLog log;
  const EventText text{true, "Bad", "line 3"};
  EXPECT_TRUE(log.Add(Named("a"), text, kNow, kWall));
  EXPECT_TRUE(log.Add(Named("a"), text, kNow, kWall + std::chrono::seconds(5)));
  EXPECT_TRUE(log.Add(Named("a"), {true, "Bad", "line 4"}, kNow, kWall));
  const auto first = log.Take();
  EXPECT_EQ(first->count, 2);
  EXPECT_EQ(first->first, kWall);
  EXPECT_EQ(first->last, kWall + std::chrono::seconds(5));
  EXPECT_EQ(first->name, "");
  // The same again, while it is being written and afterwards.
  EXPECT_TRUE(log.Add(Named("a"), text, kNow, kWall));
  log.Written(*first, "a.1");
  EXPECT_EQ(log.Take()->text.message, "line 4");
  const auto second = log.Take();
  EXPECT_EQ(second->count, 3);
  EXPECT_EQ(second->name, "a.1");
  log.Written(*second, "a.1");
  EXPECT_TRUE(log.Add(Named("a"), text, kNow, kWall));
  EXPECT_EQ(log.Take()->count, 4);
  EXPECT_FALSE(log.Take().has_value());
}

TEST(EventLogTest, AnObjectGetsABurstThenOneInFiveMinutes) {
  EventLog log;
  const auto add = [&](const std::string& name, Clock::time_point now) {
    return log.Add(Named(name), {false, "R", "m"}, now, kWall);
  };
  for (int i = 0; i < 25; ++i) EXPECT_TRUE(add("a", kNow));
  EXPECT_FALSE(add("a", kNow));
  EXPECT_TRUE(add("b", kNow));
  EXPECT_FALSE(add("a", kNow + std::chrono::seconds(290)));
  EXPECT_TRUE(add("a", kNow + std::chrono::seconds(301)));
  EXPECT_FALSE(add("a", kNow + std::chrono::seconds(301)));
}

TEST(EventLogTest, WhatWaitsIsBoundedAndWhatFailedComesFirst) {
  EventLog log;
  for (int i = 0; i < 2000; ++i) {
    const bool kept = log.Add(Named(std::to_string(i)), {false, "R", "m"}, kNow, kWall);
    EXPECT_EQ(kept, i < 256);
  }
  auto event = log.Take();
  EXPECT_EQ(event->object.name, "0");
  event->attempts = 1;
  log.TryAgain(*event);
  EXPECT_EQ(log.pending(), 256U);
  event = log.Take();
  EXPECT_EQ(event->object.name, "0");
  EXPECT_EQ(event->attempts, 1);
}

TEST(EventLogTest, WhatFailedIsCountedWithWhatCameMeanwhile) {
  EventLog log;
  const EventText text{false, "R", "m"};
  log.Add(Named("a"), text, kNow, kWall);
  log.Written(*log.Take(), "a.1");
  log.Add(Named("a"), text, kNow, kWall);
  const auto failed = log.Take();
  EXPECT_EQ(failed->count, 2);
  log.Add(Named("a"), text, kNow, kWall);
  log.TryAgain(*failed);
  EXPECT_EQ(log.pending(), 1U);
  EXPECT_EQ(log.Take()->count, 3);
}

TEST(EventLogTest, MemoryIsBounded) {
  EventLog log;
  for (int i = 0; i < 3000; ++i) {
    ASSERT_TRUE(log.Add(Named(std::to_string(i)), {false, "R", "m"}, kNow, kWall));
    const auto event = log.Take();
    log.Written(*event, "e");
  }
  log.Add(Named("0"), {false, "R", "m"}, kNow, kWall);
  EXPECT_EQ(log.Take()->name, "") << "forgotten";
  log.Add(Named("2999"), {false, "R", "m"}, kNow, kWall);
  EXPECT_EQ(log.Take()->name, "e");
}

}  // namespace
}  // namespace sidecar::kube
