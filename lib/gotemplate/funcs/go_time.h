#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/gotemplate/funcs/time_zone.h"

// Go's package time: moments, their parts in a zone, their text. Pure but for FindTimeZone.
namespace sidecar::gotemplate::funcs {

// A *time.Location: UTC, a zone of the database, or a fixed offset.
struct Zone {
  const TimeZone* table = nullptr;
  bool is_fixed = false;
  std::string_view fixed_name = {};  // Must outlive the Zone.
  std::int64_t fixed_offset = 0;

  ZoneSpan At(std::int64_t unix_seconds) const;
  std::string_view name() const;
};

// time.LoadLocation; "", "UTC" and "Local" are UTC. Nothing for an unknown name.
std::optional<Zone> LoadZone(std::string_view name);

// A moment, shown in a zone. The default is Go's zero time: the year 1. All arithmetic wraps around
// as Go's does.
struct Time {
  static constexpr std::int64_t kZeroUnixSeconds = -62135596800;

  std::int64_t unix_seconds = kZeroUnixSeconds;
  std::int32_t nanoseconds = 0;  // 0 to 999999999.
  Zone zone = {};

  bool IsZero() const { return unix_seconds == kZeroUnixSeconds && nanoseconds == 0; }
};

// The parts of a moment in its zone.
struct TimeParts {
  std::int64_t year = 1;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int weekday = 0;   // Sunday is 0.
  int year_day = 1;  // 1 to 366.
  ZoneSpan zone = {};
};

TimeParts PartsOf(const Time& time);

std::string_view MonthName(int month);      // January is 1.
std::string_view WeekdayName(int weekday);  // Sunday is 0.
bool IsLeapYear(std::int64_t year);
int DaysInMonth(int month, std::int64_t year);

// time.Date: out-of-range parts are normalised.
struct DateParts {
  std::int64_t year = 1, month = 1, day = 1, hour = 0, minute = 0, second = 0, nanosecond = 0;
};
Time MakeDate(DateParts parts, const Zone& zone);

Time Add(const Time& time, std::int64_t nanoseconds);
// Time.Sub, which stays at the largest and smallest duration.
std::int64_t Subtract(const Time& time, const Time& other);
// -1, 0, 1.
int Compare(const Time& time, const Time& other);

constexpr std::string_view kRfc3339 = "2006-01-02T15:04:05Z07:00";
constexpr std::string_view kRfc3339Nano = "2006-01-02T15:04:05.999999999Z07:00";

// Time.Format; appended to `out`.
void AppendFormat(std::string& out, const Time& time, std::string_view layout);
std::string Format(const Time& time, std::string_view layout);
// Time.String: "2018-01-19 00:06:17.5 +0000 UTC".
std::string FormatTime(const Time& time);

// time.Parse (in UTC). Names of zones in the result are views of `text`. Throws FunctionError with
// Go's text: `parsing time "x" as "2006": cannot parse "x" as "2006"`.
Time ParseTime(std::string_view layout, std::string_view text);

// time.ParseDuration, in nanoseconds. Throws FunctionError: `time: invalid duration "x"`.
std::int64_t ParseDuration(std::string_view text);

// Duration.Round and Duration.Truncate: to a multiple, halves away from zero.
std::int64_t RoundDuration(std::int64_t duration, std::int64_t multiple);
std::int64_t TruncateDuration(std::int64_t duration, std::int64_t multiple);

}  // namespace sidecar::gotemplate::funcs
