#include <algorithm>
#include <string>

#include "lib/gotemplate/funcs/go_time.h"
#include "lib/gotemplate/funcs/time_layout.h"

// Go's Time.Format.
namespace sidecar::gotemplate::funcs {
namespace {

constexpr std::size_t kShortName = 3;

// Go's appendInt: at least `width` digits, behind the sign.
void AppendNumber(std::string& out, std::int64_t number, std::size_t width, char pad = '0') {
  std::string digits = std::to_string(number);
  if (number < 0) {
    out += '-';
    digits.erase(0, 1);
  }
  if (digits.size() < width) out.append(width - digits.size(), pad);
  out += digits;
}

void AppendOffset(std::string& out, std::int64_t offset, const OffsetStyle& style) {
  if (offset == 0 && style.z_is_utc) {
    out += 'Z';
    return;
  }
  std::int64_t minutes = offset / 60;
  std::int64_t seconds = offset;
  out += minutes < 0 ? '-' : '+';
  if (minutes < 0) {
    minutes = -minutes;
    seconds = -seconds;
  }
  AppendNumber(out, minutes / 60, 2);
  if (style.minutes) {
    if (style.colons) out += ':';
    AppendNumber(out, minutes % 60, 2);
  }
  if (style.seconds) {
    if (style.colons) out += ':';
    AppendNumber(out, seconds % 60, 2);
  }
}

// Go's appendNano: digits beyond the ninth are not there.
void AppendFraction(std::string& out, const TimeLayoutPart& part, std::int32_t nanoseconds) {
  constexpr std::size_t kDigits = 9;
  const bool trim = part.field == TimeField::kTrimmedFraction;
  std::string digits;
  AppendNumber(digits, nanoseconds, kDigits);
  digits.resize(std::min(part.fraction_digits, kDigits));
  if (trim) digits.erase(digits.find_last_not_of('0') + 1);
  if (trim && digits.empty()) return;
  out += part.text[0];
  out += digits;
}

void AppendDateField(std::string& out, TimeField field, const TimeParts& parts) {
  switch (field) {
    case TimeField::kYear: AppendNumber(out, (parts.year < 0 ? 0 : parts.year) % 100, 2); break;
    case TimeField::kLongYear: AppendNumber(out, parts.year, 4); break;
    case TimeField::kMonth: out += MonthName(parts.month).substr(0, kShortName); break;
    case TimeField::kLongMonth: out += MonthName(parts.month); break;
    case TimeField::kNumericMonth: AppendNumber(out, parts.month, 0); break;
    case TimeField::kZeroMonth: AppendNumber(out, parts.month, 2); break;
    case TimeField::kWeekday: out += WeekdayName(parts.weekday).substr(0, kShortName); break;
    case TimeField::kLongWeekday: out += WeekdayName(parts.weekday); break;
    case TimeField::kDay: AppendNumber(out, parts.day, 0); break;
    case TimeField::kUnderDay: AppendNumber(out, parts.day, 2, ' '); break;
    case TimeField::kZeroDay: AppendNumber(out, parts.day, 2); break;
    case TimeField::kUnderYearDay: AppendNumber(out, parts.year_day, 3, ' '); break;
    default: AppendNumber(out, parts.year_day, 3); break;
  }
}

void AppendClockField(std::string& out, TimeField field, const TimeParts& parts) {
  const int hour12 = parts.hour % 12 == 0 ? 12 : parts.hour % 12;
  switch (field) {
    case TimeField::kHour: AppendNumber(out, parts.hour, 2); break;
    case TimeField::kHour12: AppendNumber(out, hour12, 0); break;
    case TimeField::kZeroHour12: AppendNumber(out, hour12, 2); break;
    case TimeField::kMinute: AppendNumber(out, parts.minute, 0); break;
    case TimeField::kZeroMinute: AppendNumber(out, parts.minute, 2); break;
    case TimeField::kSecond: AppendNumber(out, parts.second, 0); break;
    case TimeField::kZeroSecond: AppendNumber(out, parts.second, 2); break;
    case TimeField::kUpperHalf: out += parts.hour >= 12 ? "PM" : "AM"; break;
    default: out += parts.hour >= 12 ? "pm" : "am"; break;
  }
}

void AppendField(std::string& out, const TimeLayoutPart& part, const Time& time,
                 const TimeParts& parts) {
  switch (part.field) {
    case TimeField::kHour:
    case TimeField::kHour12:
    case TimeField::kZeroHour12:
    case TimeField::kMinute:
    case TimeField::kZeroMinute:
    case TimeField::kSecond:
    case TimeField::kZeroSecond:
    case TimeField::kUpperHalf:
    case TimeField::kLowerHalf: AppendClockField(out, part.field, parts); break;
    case TimeField::kOffset: AppendOffset(out, parts.zone.offset, part.offset); break;
    case TimeField::kFixedFraction:
    case TimeField::kTrimmedFraction: AppendFraction(out, part, time.nanoseconds); break;
    case TimeField::kZoneName:
      if (parts.zone.abbreviation.empty()) {
        AppendOffset(out, parts.zone.offset, {.minutes = true});
      } else {
        out += parts.zone.abbreviation;
      }
      break;
    default: AppendDateField(out, part.field, parts); break;
  }
}

}  // namespace

void AppendFormat(std::string& out, const Time& time, std::string_view layout) {
  const TimeParts parts = PartsOf(time);
  while (!layout.empty()) {
    const TimeLayoutPart part = NextTimeField(layout);
    out += part.prefix;
    if (part.field == TimeField::kNone) return;
    AppendField(out, part, time, parts);
    layout = part.suffix;
  }
}

std::string Format(const Time& time, std::string_view layout) {
  std::string text;
  AppendFormat(text, time, layout);
  return text;
}

std::string FormatTime(const Time& time) {
  return Format(time, "2006-01-02 15:04:05.999999999 -0700 MST");
}

}  // namespace sidecar::gotemplate::funcs
