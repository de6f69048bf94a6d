#include "lib/kube/protocol/time.h"

#include <gtest/gtest.h>

namespace sidecar::kube {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::system_clock;

TEST(ApiTimeTest, ReadsWhatServersWrite) {
  const system_clock::time_point noon{seconds(1'785'585'600)};
  EXPECT_EQ(ParseTime("2026-08-01T12:00:00Z"), noon);
  EXPECT_EQ(ParseTime("2026-08-01T12:00:00.000007Z"), noon + microseconds(7));
  EXPECT_EQ(ParseTime("2026-08-01T12:00:00.5Z"), noon + microseconds(500'000));
  EXPECT_EQ(ParseTime("2026-08-01T12:00:00.123456789Z"), noon + nanoseconds(123'456'789));
  EXPECT_EQ(ParseTime("1970-01-01T00:00:00Z"), system_clock::time_point());
  EXPECT_EQ(ParseTime("2024-02-29T23:59:59Z"), system_clock::time_point(seconds(1'709'251'199)));
}

TEST(ApiTimeTest, ReadsNothingElse) {
  for (const char* const text :
       {"", "Z", "now", "2026-08-01", "2026-08-01T12:00:00", "2026-08-01 12:00:00Z",
        "2026-08-01T12:00:00+02:00", "2026-08-01T12:00:00.Z", "2026-08-01T12:00:00,5Z",
        "2026-08-01T12:00:00.5xZ", "2026-08-01T12:00:00.1234567890Z", "2026-13-01T12:00:00Z",
        "2026-02-29T12:00:00Z", "2026-08-01T24:00:00Z", "2026-08-01T12:60:00Z",
        "2026-08-01T12:00:60Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
        "+026-08-01T12:00:00Z"}) {
    EXPECT_FALSE(ParseTime(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace sidecar::kube
