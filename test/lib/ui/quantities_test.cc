#include "lib/ui/quantities.h"

#include <gtest/gtest.h>

namespace sidecar::ui {
namespace {

using namespace std::chrono_literals;

constexpr WallTime At(std::int64_t unix_seconds) {
  return WallTime(std::chrono::seconds(unix_seconds));
}

TEST(QuantitiesTest, TimesAreInUtc) {
  EXPECT_EQ(MachineTime(At(1'795'431'184)), "2026-11-23T10:53:04Z");
  EXPECT_EQ(DateAndTime(At(1'795'431'184)), "2026-11-23 10:53:04 UTC");
  EXPECT_EQ(DateAndTime(At(-1)), "1969-12-31 23:59:59 UTC");
}

TEST(QuantitiesTest, TheDayIsSaidWhereItIsAnother) {
  const WallTime now = At(1'795'431'184);
  EXPECT_EQ(TimeOfDay(now - 5min, now), "10:48:04");
  EXPECT_EQ(TimeOfDay(now - 11h, now), "2026-11-22 23:53:04");
}

TEST(QuantitiesTest, ShortDurationsHaveTheirUnit) {
  EXPECT_EQ(ShortDuration(999ns), "0 µs");
  EXPECT_EQ(ShortDuration(87us), "87 µs");
  EXPECT_EQ(ShortDuration(1234us), "1.2 ms");
  EXPECT_EQ(ShortDuration(3450ms), "3.5 s");
}

TEST(QuantitiesTest, RoughDurationsAreWholeUnits) {
  EXPECT_EQ(RoughDuration(90 * 24h), "90 days");
  EXPECT_EQ(RoughDuration(27h), "27 hours");
  EXPECT_EQ(RoughDuration(119min), "119 minutes");
  EXPECT_EQ(RoughDuration(119s), "1 minute");
  EXPECT_EQ(RoughDuration(59s), "less than a minute");
  EXPECT_EQ(RoughDuration(-3h), "3 hours");
}

}  // namespace
}  // namespace sidecar::ui
