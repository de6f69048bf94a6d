#include "lib/gotemplate/funcs/go_time.h"

#include <limits>

#include <gtest/gtest.h>

namespace sidecar::gotemplate::funcs {
namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

TEST(LoadZoneTest, TakesTheLocalZoneForUtc) {
  for (const char* const name : {"", "UTC", "Local"}) EXPECT_EQ(LoadZone(name)->name(), "UTC");
  EXPECT_EQ(LoadZone("Asia/Tokyo")->name(), "Asia/Tokyo");
  EXPECT_FALSE(LoadZone("Nope"));
}

TEST(PartsOfTest, SplitsAMoment) {
  const TimeParts parts = PartsOf({.unix_seconds = 1500000000});
  EXPECT_EQ(parts.year, 2017);
  EXPECT_EQ(parts.month, 7);
  EXPECT_EQ(parts.day, 14);
  EXPECT_EQ(parts.hour, 2);
  EXPECT_EQ(parts.minute, 40);
  EXPECT_EQ(parts.second, 0);
  EXPECT_EQ(parts.weekday, 5);
  EXPECT_EQ(parts.year_day, 195);
}

TEST(PartsOfTest, KnowsAllYears) {
  const struct {
    std::int64_t unix_seconds, year;
    int month, day, weekday;
  } kCases[] = {
      {Time::kZeroUnixSeconds, 1, 1, 1, 1}, {Time::kZeroUnixSeconds - 1, 0, 12, 31, 0},
      {951782400, 2000, 2, 29, 2},          {951868800, 2000, 3, 1, 3},
      {-2203891200, 1900, 3, 1, 4},         {253402300799, 9999, 12, 31, 5},
      {-62198755200, -1, 1, 1, 5},          {1709164800, 2024, 2, 29, 4},
      {1735603200, 2024, 12, 31, 2},
  };
  for (const auto& one : kCases) {
    const TimeParts parts = PartsOf({.unix_seconds = one.unix_seconds});
    EXPECT_EQ(parts.year, one.year) << one.unix_seconds;
    EXPECT_EQ(parts.month, one.month) << one.unix_seconds;
    EXPECT_EQ(parts.day, one.day) << one.unix_seconds;
    EXPECT_EQ(parts.weekday, one.weekday) << one.unix_seconds;
  }
  EXPECT_EQ(PartsOf({.unix_seconds = kMost}).year, 292277026596);
  EXPECT_EQ(PartsOf({.unix_seconds = kLeast}).month, PartsOf({.unix_seconds = kLeast}).month);
}

TEST(MakeDateTest, IsTheInverseAndNormalizes) {
  EXPECT_EQ(MakeDate({2017, 7, 14, 2, 40}, {}).unix_seconds, 1500000000);
  EXPECT_EQ(MakeDate({2016, 18, 45, 26, 40, 0}, {}).unix_seconds,
            MakeDate({2017, 7, 16, 2, 40, 0}, {}).unix_seconds);
  EXPECT_EQ(MakeDate({2000, 1, 1, 0, 0, 0, -1}, {}).nanoseconds, 999999999);
  EXPECT_EQ(MakeDate({2000, 1, 1, 0, 0, 0, -1}, {}).unix_seconds, 946684799);
  EXPECT_EQ(MakeDate({1, 1, 1}, {}).unix_seconds, Time::kZeroUnixSeconds);
  EXPECT_EQ(MakeDate({2000, 3, 0}, {}).unix_seconds, 951782400);
}

TEST(MakeDateTest, FindsTheOffsetOfItsZone) {
  const Zone zone = *LoadZone("America/New_York");
  EXPECT_EQ(MakeDate({2018, 3, 11, 1, 59, 59}, zone).unix_seconds, 1520751599);
  EXPECT_EQ(MakeDate({2018, 3, 11, 3}, zone).unix_seconds, 1520751600);
  EXPECT_EQ(MakeDate({2018, 7, 1}, zone).unix_seconds, 1530417600);
}

TEST(TimeArithmeticTest, AddsAndSubtracts) {
  const Time time = {.unix_seconds = 100, .nanoseconds = 500'000'000};
  EXPECT_EQ(Add(time, 700'000'000).unix_seconds, 101);
  EXPECT_EQ(Add(time, 700'000'000).nanoseconds, 200'000'000);
  EXPECT_EQ(Add(time, -700'000'000).unix_seconds, 99);
  EXPECT_EQ(Add(time, -700'000'000).nanoseconds, 800'000'000);
  EXPECT_EQ(Subtract(Add(time, -42), time), -42);
  EXPECT_EQ(Subtract({.unix_seconds = kMost}, time), kMost);
  EXPECT_EQ(Subtract({.unix_seconds = kLeast}, time), kLeast);
  EXPECT_EQ(Compare(time, time), 0);
  EXPECT_EQ(Compare(time, Add(time, 1)), -1);
  EXPECT_EQ(Compare({.unix_seconds = 101}, time), 1);
}

TEST(DurationTest, RoundsHalvesAwayFromZero) {
  EXPECT_EQ(RoundDuration(14, 10), 10);
  EXPECT_EQ(RoundDuration(15, 10), 20);
  EXPECT_EQ(RoundDuration(-15, 10), -20);
  EXPECT_EQ(RoundDuration(-14, 10), -10);
  EXPECT_EQ(RoundDuration(14, 0), 14);
  EXPECT_EQ(RoundDuration(kMost, 10), kMost);
  EXPECT_EQ(RoundDuration(kLeast, 10), kLeast);
  EXPECT_EQ(TruncateDuration(-19, 10), -10);
  EXPECT_EQ(TruncateDuration(19, -1), 19);
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
