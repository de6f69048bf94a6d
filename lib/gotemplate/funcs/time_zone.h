#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sidecar::gotemplate::funcs {

// What a clock on the wall shows from `start` on, until `end`: seconds since 1970.
struct ZoneSpan {
  std::string_view abbreviation = "UTC";  // As long as its TimeZone.
  std::int64_t offset = 0;                // Seconds east of UTC.
  bool is_dst = false;
  std::int64_t start = std::numeric_limits<std::int64_t>::min();
  std::int64_t end = std::numeric_limits<std::int64_t>::max();
};

// The rule of a TZif file for the time behind its last entry, such as "EST5EDT,M3.2.0,M11.1.0".
class ZoneRule {
 public:
  // Nothing for what is not in the format of the POSIX variable TZ.
  static std::optional<ZoneRule> Parse(std::string_view text);

  ZoneSpan At(std::int64_t unix_seconds) const;

 private:
  struct Change {
    char kind = 'M';  // 'J' a day of 1 to 365, 'N' one of 0 to 365, 'M' a weekday of a month.
    int month = 0;
    int week = 0;
    int day = 0;
    int seconds = 7200;  // Of the day, on the clock that is changed.
  };

  static std::optional<Change> ParseChange(std::string_view& text);
  static std::int64_t SecondOfYear(const Change& change, int year);

  std::string standard_name_;
  std::string daylight_name_;  // Empty: no daylight saving time.
  std::int64_t standard_offset_ = 0;
  std::int64_t daylight_offset_ = 0;
  Change to_daylight_;
  Change to_standard_;
};

// One zone of the tz database: Go's *time.Location. Immutable; safe from any thread.
class TimeZone {
 public:
  // Reads the contents of a TZif file (RFC 8536), of any version. Nothing for what is none.
  static std::optional<TimeZone> Parse(std::string name, std::string_view contents);

  const std::string& name() const { return name_; }

  // Go's Location.lookup and Location.lookupName.
  ZoneSpan At(std::int64_t unix_seconds) const;

 private:
  struct Kind {
    std::string abbreviation;
    std::int64_t offset;
    bool is_dst;
  };
  struct Transition {
    std::int64_t when;
    std::uint8_t kind;
  };

  const Kind& First() const;

  std::string name_;
  std::vector<Kind> kinds_;
  std::vector<Transition> transitions_;
  std::optional<ZoneRule> rule_;
};

// time.LoadLocation: the zone of the system's tz database, read on first use and kept for the rest
// of the program; null for a name that is none. Safe from any thread. The one thing that this
// module reads from outside: a table, as constant as those of Unicode.
const TimeZone* FindTimeZone(std::string_view name);

}  // namespace sidecar::gotemplate::funcs
