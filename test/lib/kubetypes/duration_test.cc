#include "lib/kubetypes/duration.h"

#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

namespace sidecar::kubetypes {
namespace {

constexpr Nanoseconds kLongest = std::numeric_limits<Nanoseconds>::max();
constexpr Nanoseconds kShortest = std::numeric_limits<Nanoseconds>::min();

TEST(DurationTest, PrintsAsGoDoes) {
  const struct {
    Nanoseconds duration;
    const char* text;
  } cases[] = {
      {0, "0s"},
      {1, "1ns"},
      {1100, "1.1\u00b5s"},
      {2'200'000, "2.2ms"},
      {100 * kMillisecond, "100ms"},
      {3'300'000'000, "3.3s"},
      {42 * kSecond, "42s"},
      {75 * kSecond, "1m15s"},
      {4 * kMinute + 5 * kSecond, "4m5s"},
      {4 * kMinute + 5 * kSecond + kMillisecond, "4m5.001s"},
      {5 * kHour + 6 * kMinute + 7 * kSecond + kMillisecond, "5h6m7.001s"},
      {kHour, "1h0m0s"},
      {8 * kMinute + 1, "8m0.000000001s"},
      {-1500 * kMillisecond, "-1.5s"},
      {-1, "-1ns"},
      {kLongest, "2562047h47m16.854775807s"},
      {kShortest, "-2562047h47m16.854775808s"},
  };
  for (const auto& [duration, text] : cases) EXPECT_EQ(DurationString(duration), text);
}

TEST(DurationTest, ReadsWhatGoReads) {
  const struct {
    const char* text;
    Nanoseconds duration;
  } cases[] = {
      {"0", 0},
      {"+0", 0},
      {"5s", 5 * kSecond},
      {"30s", 30 * kSecond},
      {"1478s", 1478 * kSecond},
      {"-5s", -5 * kSecond},
      {"+5s", 5 * kSecond},
      {"5.0s", 5 * kSecond},
      {"5.6s", 5600 * kMillisecond},
      {"5.s", 5 * kSecond},
      {".5s", 500 * kMillisecond},
      {"1.0040s", 1004 * kMillisecond},
      {"100.00100s", 100'001 * kMillisecond},
      {"10ns", 10},
      {"11us", 11'000},
      {"12\u00b5s", 12'000},
      {"12\u03bcs", 12'000},
      {"13ms", 13 * kMillisecond},
      {"3h30m", 3 * kHour + 30 * kMinute},
      {"10.5s4m", 4 * kMinute + 10'500 * kMillisecond},
      {"-2m3.4s", -(2 * kMinute + 3400 * kMillisecond)},
      {"52763797000ns", 52'763'797'000},
      {"0.3333333333333333333h", 20 * kMinute},
      {"9007199254740993ns", 9'007'199'254'740'993},
      {"9223372036854775807ns", kLongest},
      {"9223372036854775.807us", kLongest},
      {"-9223372036854775808ns", kShortest},
      {"0.100000000000000000000h", 6 * kMinute},
      {"0.830103483285477580700h", 49 * kMinute + 48 * kSecond + 372'539'827},
  };
  for (const auto& [text, duration] : cases) {
    const Result<Nanoseconds> result = ParseDuration(text);
    ASSERT_TRUE(result.has_value()) << text;
    EXPECT_EQ(*result, duration) << text;
  }
}

TEST(DurationTest, RefusesWhatGoRefuses) {
  const struct {
    const char* text;
    const char* error;
  } cases[] = {
      {"", R"(time: invalid duration "")"},
      {"-", R"(time: invalid duration "-")"},
      {"s", R"(time: invalid duration "s")"},
      {".", R"(time: invalid duration ".")"},
      {".s", R"(time: invalid duration ".s")"},
      {"+.s", R"(time: invalid duration "+.s")"},
      {"3", R"(time: missing unit in duration "3")"},
      {"1.5.", R"(time: missing unit in duration "1.5.")"},
      {"1d", R"(time: unknown unit "d" in duration "1d")"},
      {"1s x", R"(time: unknown unit "s x" in duration "1s x")"},
      {"9223372036854775808ns", R"(time: invalid duration "9223372036854775808ns")"},
      {"9223372036854775.808us", R"(time: invalid duration "9223372036854775.808us")"},
      {"-9223372036854775809ns", R"(time: invalid duration "-9223372036854775809ns")"},
      {"3000000h", R"(time: invalid duration "3000000h")"},
      {"99999999999999999999999999999999s",
       R"(time: invalid duration "99999999999999999999999999999999s")"},
  };
  for (const auto& [text, error] : cases) {
    const Result<Nanoseconds> result = ParseDuration(text);
    ASSERT_FALSE(result.has_value()) << text;
    EXPECT_EQ(result.error().message, error);
  }
}

TEST(DurationTest, SplitsIntoSecondsAndNanosOfOneSign) {
  EXPECT_EQ(ToProto(1500 * kMillisecond), (ProtoDuration{1, 500'000'000}));
  EXPECT_EQ(ToProto(-1500 * kMillisecond), (ProtoDuration{-1, -500'000'000}));
  EXPECT_EQ(ToProto(0), ProtoDuration{});
  for (const Nanoseconds duration : {kLongest, kShortest, Nanoseconds{0}, Nanoseconds{-1}}) {
    EXPECT_EQ(FromProto(ToProto(duration)).value(), duration);
  }
}

TEST(DurationTest, RefusesInvalidMessages) {
  constexpr std::int64_t kYears10000 = 315'576'000'000;
  const struct {
    ProtoDuration duration;
    const char* error;
  } cases[] = {
      {{kYears10000 + 1, 0}, "duration: seconds:315576000001 : seconds out of range"},
      {{-kYears10000 - 1, 0}, "duration: seconds:-315576000001 : seconds out of range"},
      {{1, 1'000'000'000}, "duration: seconds:1 nanos:1000000000 : nanos out of range"},
      {{1, -1}, "duration: seconds:1 nanos:-1 : seconds and nanos have different signs"},
      {{-1, 1}, "duration: seconds:-1 nanos:1 : seconds and nanos have different signs"},
      {{kYears10000, 0}, "duration: seconds:315576000000  is out of range for time.Duration"},
  };
  for (const auto& [duration, error] : cases) {
    const Result<Nanoseconds> result = FromProto(duration);
    ASSERT_FALSE(result.has_value()) << error;
    EXPECT_EQ(result.error().message, error);
  }
}

TEST(DurationTest, PrintsTheMessageAsCompactText) {
  EXPECT_EQ(CompactText(ProtoDuration{}), "");
  EXPECT_EQ(CompactText(ProtoDuration{2, 0}), "seconds:2 ");
  EXPECT_EQ(CompactText(ProtoDuration{1, 500'000'000}), "seconds:1 nanos:500000000 ");
  EXPECT_EQ(CompactText(ProtoDuration{0, -1}), "nanos:-1 ");
}

TEST(DurationTest, FormatsForTemplates) {
  EXPECT_EQ(FormatDuration(ProtoDuration{75, 0}), "1m15s");
  EXPECT_EQ(FormatDuration(ProtoDuration{5, 500'000'000}), "5.5s");
  EXPECT_EQ(FormatDuration(ProtoDuration{}), "0s");
  EXPECT_EQ(FormatDuration(std::nullopt), "1s");
  EXPECT_EQ(FormatDuration(ProtoDuration{1, -1}), "1s");
}

}  // namespace
}  // namespace sidecar::kubetypes
