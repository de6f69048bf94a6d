#include "controller/restore_limit.h"

#include <gtest/gtest.h>

namespace sidecar::controller {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Writes as soon as it is allowed, against somebody who wipes `pause` after each write. Returns how
// often it wrote within `time`.
int WritesAgainst(RestoreLimit& limit, RestoreLimit::Duration pause, RestoreLimit::Duration time) {
  RestoreLimit::TimePoint now{minutes(1)};
  const auto end = now + time;
  int writes = 0;
  while (now < end) {
    now += limit.Delay(now);
    limit.Wrote(now);
    ++writes;
    now += pause;
  }
  return writes;
}

TEST(RestoreLimitTest, RestoresAtOnceWhatIsWipedEveryFiveSeconds) {
  RestoreLimit limit;
  RestoreLimit::TimePoint now{minutes(1)};
  for (int wipe = 0; wipe < 1000; ++wipe) {
    EXPECT_EQ(limit.Delay(now), seconds(0)) << wipe;
    limit.Wrote(now);
    now += seconds(5);
  }
}

TEST(RestoreLimitTest, WritesOnceEveryFewSecondsAgainstSomebodyWithoutPause) {
  RestoreLimit limit;
  const int writes = WritesAgainst(limit, milliseconds(1), minutes(10));
  EXPECT_GT(writes, 60);  // It does not give up: pods depend on it.
  EXPECT_LT(writes, 200);
  EXPECT_TRUE(limit.IsFighting(RestoreLimit::TimePoint{minutes(11)}));
}

TEST(RestoreLimitTest, AllowsABurst) {
  RestoreLimit limit;
  const RestoreLimit::TimePoint now{minutes(1)};
  for (int write = 0; write < 10; ++write) {
    EXPECT_FALSE(limit.IsFighting(now)) << write;
    limit.Wrote(now);
  }
  limit.Wrote(now);
  EXPECT_TRUE(limit.IsFighting(now));
}

TEST(RestoreLimitTest, ForgivesAfterAQuietMinute) {
  RestoreLimit limit;
  RestoreLimit::TimePoint now{minutes(1)};
  for (int write = 0; write < 1000; ++write) limit.Wrote(now);
  EXPECT_GT(limit.Delay(now), seconds(10));
  EXPECT_LE(limit.Delay(now), seconds(30));
  now += minutes(1);
  EXPECT_EQ(limit.Delay(now), seconds(0));
}

}  // namespace
}  // namespace sidecar::controller
