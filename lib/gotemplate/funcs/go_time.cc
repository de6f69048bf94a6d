#include "lib/gotemplate/funcs/go_time.h"

#include <array>
#include <limits>

namespace sidecar::gotemplate::funcs {
namespace {

constexpr std::uint64_t kSecondsPerDay = 86400;
constexpr std::uint64_t kSecondsPerWeek = 7 * kSecondsPerDay;
constexpr std::int64_t kNanoseconds = 1'000'000'000;
constexpr std::uint64_t kDaysPer400Years = 365 * 400 + 97;
constexpr std::uint64_t kDaysPer100Years = 365 * 100 + 24;
constexpr std::uint64_t kDaysPer4Years = 365 * 4 + 1;

// Go counts time unsigned from here, so that no year needs a negative number. It begins a cycle of
// 400 years, on a Monday.
constexpr std::int64_t kFirstYear = -292277022399;
constexpr std::uint64_t kUnixToAbsolute = 9223371966579724800U + 62135596800U;

constexpr std::array<int, 13> kDaysBefore = {0,   31,  59,  90,  120, 151, 181,
                                             212, 243, 273, 304, 334, 365};
constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};

std::uint64_t Unsigned(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}
std::int64_t Signed(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}
std::int64_t AddWrapping(std::int64_t one, std::int64_t other) {
  return Signed(Unsigned(one) + Unsigned(other));
}

// Go's norm: carries what `low` has beyond `base` over to `high`.
void Normalize(std::int64_t& high, std::int64_t& low, std::int64_t base) {
  std::int64_t carry = low / base;
  if (low % base < 0) --carry;
  high = AddWrapping(high, carry);
  low -= carry * base;
}

// Go's absDate.
void SetDate(std::uint64_t absolute, TimeParts& parts) {
  std::uint64_t day = absolute / kSecondsPerDay;
  std::uint64_t cycles = day / kDaysPer400Years;
  std::uint64_t year = 400 * cycles;
  day -= kDaysPer400Years * cycles;
  cycles = day / kDaysPer100Years;
  cycles -= cycles >> 2U;  // The last day of a leap year is not the fifth century's.
  year += 100 * cycles;
  day -= kDaysPer100Years * cycles;
  cycles = day / kDaysPer4Years;
  year += 4 * cycles;
  day -= kDaysPer4Years * cycles;
  cycles = day / 365;
  cycles -= cycles >> 2U;
  year += cycles;
  day -= 365 * cycles;

  parts.year = Signed(year) + kFirstYear;
  parts.year_day = static_cast<int>(day) + 1;
  int rest = static_cast<int>(day);
  parts.month = 1;
  while (rest >= DaysInMonth(parts.month, parts.year)) {
    rest -= DaysInMonth(parts.month, parts.year);
    ++parts.month;
  }
  parts.day = rest + 1;
}

// Go's daysSinceEpoch, on the unsigned count.
std::uint64_t DaysBeforeYear(std::int64_t year) {
  std::uint64_t rest = Unsigned(year) - Unsigned(kFirstYear);
  std::uint64_t cycles = rest / 400;
  rest -= 400 * cycles;
  std::uint64_t day = kDaysPer400Years * cycles;
  cycles = rest / 100;
  rest -= 100 * cycles;
  day += kDaysPer100Years * cycles;
  cycles = rest / 4;
  rest -= 4 * cycles;
  day += kDaysPer4Years * cycles;
  return day + 365 * rest;
}

std::uint64_t Magnitude(std::int64_t value) {
  return value < 0 ? 0 - Unsigned(value) : Unsigned(value);
}

}  // namespace

ZoneSpan Zone::At(std::int64_t unix_seconds) const {
  if (is_fixed) return {.abbreviation = fixed_name, .offset = fixed_offset};
  return table == nullptr ? ZoneSpan() : table->At(unix_seconds);
}

std::string_view Zone::name() const {
  if (is_fixed) return fixed_name;
  return table == nullptr ? std::string_view("UTC") : table->name();
}

std::optional<Zone> LoadZone(std::string_view name) {
  if (name.empty() || name == "UTC" || name == "Local") return Zone();
  const TimeZone* const table = FindTimeZone(name);
  if (table == nullptr) return std::nullopt;
  return Zone{.table = table};
}

bool IsLeapYear(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int DaysInMonth(int month, std::int64_t year) {
  const auto index = static_cast<std::size_t>(month);
  const bool leap_day = month == 2 && IsLeapYear(year);
  return kDaysBefore[index] - kDaysBefore[index - 1] + (leap_day ? 1 : 0);
}

std::string_view MonthName(int month) {
  return kMonths[static_cast<std::size_t>(month) - 1];
}
std::string_view WeekdayName(int weekday) {
  return kWeekdays[static_cast<std::size_t>(weekday)];
}

TimeParts PartsOf(const Time& time) {
  TimeParts parts;
  parts.zone = time.zone.At(time.unix_seconds);
  const std::uint64_t absolute =
      Unsigned(time.unix_seconds) + Unsigned(parts.zone.offset) + kUnixToAbsolute;
  SetDate(absolute, parts);
  const auto second = static_cast<int>(absolute % kSecondsPerDay);
  parts.hour = second / 3600;
  parts.minute = second / 60 % 60;
  parts.second = second % 60;
  parts.weekday = static_cast<int>((absolute + kSecondsPerDay) % kSecondsPerWeek / kSecondsPerDay);
  return parts;
}

Time MakeDate(DateParts parts, const Zone& zone) {
  --parts.month;
  Normalize(parts.year, parts.month, 12);
  Normalize(parts.second, parts.nanosecond, kNanoseconds);
  Normalize(parts.minute, parts.second, 60);
  Normalize(parts.hour, parts.minute, 60);
  Normalize(parts.day, parts.hour, 24);

  std::uint64_t day = DaysBeforeYear(parts.year);
  day += Unsigned(kDaysBefore[static_cast<std::size_t>(parts.month)]);
  if (IsLeapYear(parts.year) && parts.month >= 2) ++day;
  day += Unsigned(parts.day) - 1;
  const std::uint64_t absolute = day * kSecondsPerDay + Unsigned(parts.hour) * 3600 +
                                 Unsigned(parts.minute) * 60 + Unsigned(parts.second);
  std::int64_t unix_seconds = Signed(absolute - kUnixToAbsolute);

  // The offset is wanted at a moment that depends on it: first guess that it makes no difference.
  ZoneSpan span = zone.At(unix_seconds);
  if (span.offset != 0) {
    const std::int64_t utc = AddWrapping(unix_seconds, -span.offset);
    if (utc < span.start || utc >= span.end) span = zone.At(utc);
    unix_seconds = AddWrapping(unix_seconds, -span.offset);
  }
  return {unix_seconds, static_cast<std::int32_t>(parts.nanosecond), zone};
}

Time Add(const Time& time, std::int64_t nanoseconds) {
  Time sum = time;
  std::int64_t seconds = nanoseconds / kNanoseconds;
  std::int64_t rest = time.nanoseconds + nanoseconds % kNanoseconds;
  Normalize(seconds, rest, kNanoseconds);
  sum.unix_seconds = AddWrapping(time.unix_seconds, seconds);
  sum.nanoseconds = static_cast<std::int32_t>(rest);
  return sum;
}

std::int64_t Subtract(const Time& time, const Time& other) {
  std::int64_t seconds = 0;
  std::int64_t difference = 0;
  const bool overflows =
      __builtin_sub_overflow(time.unix_seconds, other.unix_seconds, &seconds) ||
      __builtin_mul_overflow(seconds, kNanoseconds, &difference) ||
      __builtin_add_overflow(difference, std::int64_t{time.nanoseconds} - other.nanoseconds,
                             &difference);
  if (!overflows) return difference;
  return Compare(time, other) < 0 ? std::numeric_limits<std::int64_t>::min()
                                  : std::numeric_limits<std::int64_t>::max();
}

int Compare(const Time& time, const Time& other) {
  if (time.unix_seconds != other.unix_seconds) {
    return time.unix_seconds < other.unix_seconds ? -1 : 1;
  }
  if (time.nanoseconds == other.nanoseconds) return 0;
  return time.nanoseconds < other.nanoseconds ? -1 : 1;
}

std::int64_t TruncateDuration(std::int64_t duration, std::int64_t multiple) {
  return multiple <= 0 ? duration : duration - duration % multiple;
}

std::int64_t RoundDuration(std::int64_t duration, std::int64_t multiple) {
  if (multiple <= 0) return duration;
  const std::int64_t rest = duration % multiple;
  const std::int64_t truncated = duration - rest;
  if (Magnitude(rest) < Unsigned(multiple) - Magnitude(rest)) return truncated;
  std::int64_t rounded = 0;
  if (!__builtin_add_overflow(truncated, duration < 0 ? -multiple : multiple, &rounded)) {
    return rounded;
  }
  return duration < 0 ? std::numeric_limits<std::int64_t>::min()
                      : std::numeric_limits<std::int64_t>::max();
}

}  // namespace sidecar::gotemplate::funcs
