#include "lib/gotemplate/funcs/duration.h"

#include <limits>

#include <gtest/gtest.h>

namespace sidecar::gotemplate::funcs {
namespace {

TEST(FormatDurationTest, AnswersAsDurationString) {
  const struct {
    std::int64_t nanoseconds;
    const char* text;
  } kCases[] = {
      {0, "0s"},
      {1, "1ns"},
      {1100, "1.1\u00b5s"},
      {2'200'000, "2.2ms"},
      {3'300'000'000, "3.3s"},
      {245'000'000'000, "4m5s"},
      {245'001'000'000, "4m5.001s"},
      {18'367'001'000'000, "5h6m7.001s"},
      {480'000'000'001, "8m0.000000001s"},
      {3'600'000'000'000, "1h0m0s"},
      {-1'500'000'000, "-1.5s"},
      {std::numeric_limits<std::int64_t>::max(), "2562047h47m16.854775807s"},
      {std::numeric_limits<std::int64_t>::min(), "-2562047h47m16.854775808s"},
  };
  for (const auto& one : kCases) EXPECT_EQ(FormatDuration(one.nanoseconds), one.text);
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
