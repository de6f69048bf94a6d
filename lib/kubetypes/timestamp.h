#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace sidecar::kubetypes {

// A moment in UTC, as Go's time.Time holds one. The default is Go's zero time: the year 1.
struct Timestamp {
  static constexpr std::int64_t kZeroUnixSeconds = -62135596800;

  std::int64_t unix_seconds = kZeroUnixSeconds;
  std::int32_t nanoseconds = 0;

  bool IsZero() const { return unix_seconds == kZeroUnixSeconds && nanoseconds == 0; }
};

struct CivilTime {
  std::int64_t year = 1;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

CivilTime ToCivil(const Timestamp& time);

// As time.Parse(time.RFC3339, text), error texts included; the zone is folded into UTC.
Result<Timestamp> ParseRfc3339(std::string_view text);

// "2018-01-19T00:06:17Z", with exactly `fraction_digits` (0 or 6 here) behind the seconds.
std::string FormatRfc3339(const Timestamp& time, int fraction_digits = 0);

// As Time.String: "2018-01-19 00:06:17.5 +0000 UTC".
std::string FormatGoString(const Timestamp& time);

}  // namespace sidecar::kubetypes
