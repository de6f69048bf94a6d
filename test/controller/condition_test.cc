#include "controller/condition.h"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sidecar::controller {
namespace {

TEST(ConditionTest, TimesAreRfc3339) {
  EXPECT_EQ(Rfc3339(std::chrono::system_clock::from_time_t(1517356800)), "2018-01-31T00:00:00Z");
}

TEST(ConditionTest, TextsAreShortenedBetweenCharacters) {
  EXPECT_EQ(Shorten("short", 5), "short");
  EXPECT_EQ(Shorten("too long", 6), "too...");
  EXPECT_EQ(Shorten("\xC3\xA4\xC3\xB6\xC3\xBC", 6), "\xC3\xA4\xC3\xB6\xC3\xBC");
  EXPECT_EQ(Shorten("\xC3\xA4\xC3\xB6\xC3\xBC!", 6), "\xC3\xA4...");
}

TEST(ConditionTest, WhatIsNoUtf8IsReplaced) {
  EXPECT_EQ(Shorten("a\xFF", 9), "a\xEF\xBF\xBD");
  EXPECT_EQ(Shorten(std::string(4, '\xFF'), 8), "\xEF\xBF\xBD...");
}

TEST(ConditionTest, AStatusThatStandsKeepsItsTime) {
  Json conditions = {MakeCondition("A", ConditionStatus::kTrue, "Why", "new message"),
                     MakeCondition("B", ConditionStatus::kFalse, "Why", "")};
  const Json before = Json::parse(R"([null, {"type":"A","status":"True","lastTransitionTime":"old"},
                                      {"type":"B","status":"True","lastTransitionTime":"old"}])");
  CarryTransitions(conditions, before, "now");
  EXPECT_EQ(conditions[0]["lastTransitionTime"], "old");
  EXPECT_EQ(conditions[1]["lastTransitionTime"], "now");
}

TEST(ConditionTest, AnyPreviousConditionsAreSurvived) {
  for (const char* const text : {"null", "3", R"({"type":"A"})", R"([[], {"type":3}])"}) {
    Json conditions = {MakeCondition("A", ConditionStatus::kUnknown, "Why", "")};
    CarryTransitions(conditions, Json::parse(text), "now");
    EXPECT_EQ(conditions[0]["lastTransitionTime"], "now") << text;
    EXPECT_EQ(conditions[0]["status"], "Unknown");
  }
}

TEST(ConditionTest, NeitherTimeOfObservationNorOrderIsAChange) {
  const Json one = Json::parse(R"({"observedAt":"1","list":[{"a":1},{"b":2}],"n":1})");
  const Json other = Json::parse(R"({"observedAt":"2","list":[{"b":2},{"a":1}],"n":1})");
  EXPECT_TRUE(SameStatus(one, other));
  EXPECT_FALSE(SameStatus(one, Json::parse(R"({"list":[{"a":1}],"n":1})")));
  EXPECT_FALSE(SameStatus(one, nullptr));
}

}  // namespace
}  // namespace sidecar::controller
