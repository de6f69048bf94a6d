#include "lib/kubetypes/timestamp.h"

#include <algorithm>
#include <array>
#include <optional>

#include "lib/gotemplate/strconv.h"

namespace sidecar::kubetypes {
namespace {

constexpr std::int64_t kDaySeconds = 86400;
constexpr int kHourSeconds = 3600;
constexpr int kMinuteSeconds = 60;
constexpr std::string_view kLayout = "2006-01-02T15:04:05Z07:00";

// Howard Hinnant's civil calendar: days since 1970-01-01 and back.
std::int64_t DaysFromCivil(std::int64_t year, int month, int day) {
  year -= static_cast<std::int64_t>(month <= 2);
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

bool IsLeap(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int DaysIn(std::int64_t year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeap(year) ? 29 : kDays[static_cast<std::size_t>(month) - 1];
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

void AppendPadded(std::string& out, std::int64_t value, std::size_t width) {
  const std::string digits = std::to_string(value < 0 ? -value : value);
  if (value < 0) out += '-';
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

// time.Parse over one fixed layout. Remembers the first error's words.
class Rfc3339Parser {
 public:
  explicit Rfc3339Parser(std::string_view text) : text_(text), rest_(text) {}

  Result<Timestamp> Parse() {
    CivilTime civil;
    int year = 0;
    const bool date = Number({"2006", 4, 0, 9999, ""}, year) && Literal("-") &&
                      Number({"01", 2, 1, 12, "month"}, civil.month) && Literal("-") &&
                      Number({"02", 2, 0, 99, ""}, civil.day) && Literal("T");
    civil.year = year;
    const bool clock = date && Hour(civil.hour) && Literal(":") &&
                       Number({"04", 2, 0, 59, "minute"}, civil.minute) && Literal(":") &&
                       Number({"05", 2, 0, 59, "second"}, civil.second);
    std::int32_t nanoseconds = 0;
    int offset = 0;
    if (!clock || !Fraction(nanoseconds) || !Zone(offset)) return Fail();
    if (!rest_.empty()) {
      message_ = ": extra text: " + gotemplate::Quote(rest_);
      return Fail();
    }
    if (civil.day < 1 || civil.day > DaysIn(civil.year, civil.month)) {
      message_ = ": day out of range";
      return Fail();
    }
    Timestamp time;
    time.unix_seconds = DaysFromCivil(civil.year, civil.month, civil.day) * kDaySeconds +
                        std::int64_t{civil.hour} * kHourSeconds +
                        std::int64_t{civil.minute} * kMinuteSeconds + civil.second - offset;
    time.nanoseconds = nanoseconds;
    return time;
  }

 private:
  Error Fail() const {
    return Error{ErrorCode::kInvalidArgument,
                 "parsing time " + gotemplate::Quote(text_) + message_};
  }

  bool CannotParse(std::string_view rest, std::string_view element) {
    if (message_.empty()) {
      message_ = " as " + gotemplate::Quote(kLayout) + ": cannot parse " + gotemplate::Quote(rest) +
                 " as " + gotemplate::Quote(element);
    }
    return false;
  }

  bool Literal(std::string_view text) {
    if (!rest_.starts_with(text)) return CannotParse(rest_, text);
    rest_.remove_prefix(text.size());
    return true;
  }

  struct Element {
    std::string_view name;
    std::size_t width;
    int least;
    int most;
    std::string_view range;  // What is "out of range"; empty: not checked here.
  };

  bool Number(const Element& element, int& value) {
    const std::string_view digits = rest_.substr(0, element.width);
    if (digits.size() < element.width || !std::all_of(digits.begin(), digits.end(), IsDigit)) {
      return CannotParse(rest_, element.name);
    }
    value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    if (value < element.least || value > element.most) {
      message_ = ": " + std::string(element.range) + " out of range";
      return false;
    }
    rest_.remove_prefix(element.width);
    return true;
  }

  // "15" reads one digit where no second one follows.
  bool Hour(int& hour) {
    const std::size_t width = rest_.size() >= 2 && IsDigit(rest_[1]) ? 2 : 1;
    return Number({"15", width, 0, 23, "hour"}, hour);
  }

  // A fraction is accepted behind the seconds though the layout has none.
  bool Fraction(std::int32_t& nanoseconds) {
    constexpr int kNanoDigits = 9;
    if (rest_.size() < 2 || (rest_[0] != '.' && rest_[0] != ',') || !IsDigit(rest_[1])) return true;
    rest_.remove_prefix(1);
    int digits = 0;
    for (; !rest_.empty() && IsDigit(rest_[0]); rest_.remove_prefix(1)) {
      if (digits++ < kNanoDigits) nanoseconds = nanoseconds * 10 + (rest_[0] - '0');
    }
    for (; digits < kNanoDigits; ++digits) nanoseconds *= 10;
    return true;
  }

  bool Zone(int& offset) {
    constexpr std::size_t kZoneSize = 6;  // "+01:00"
    constexpr std::string_view kName = "Z07:00";
    if (rest_.starts_with('Z')) {
      rest_.remove_prefix(1);
      return true;
    }
    const std::string_view zone = rest_.substr(0, kZoneSize);
    if (zone.size() < kZoneSize || zone[3] != ':' || (zone[0] != '+' && zone[0] != '-') ||
        !IsDigit(zone[1]) || !IsDigit(zone[2]) || !IsDigit(zone[4]) || !IsDigit(zone[5])) {
      return CannotParse(rest_, kName);
    }
    const int hours = (zone[1] - '0') * 10 + (zone[2] - '0');
    const int minutes = (zone[4] - '0') * 10 + (zone[5] - '0');
    if (hours > 24 || minutes > 60) {
      message_ = hours > 24 ? ": time zone offset hour out of range"
                            : ": time zone offset minute out of range";
      return false;
    }
    offset = (hours * kHourSeconds + minutes * kMinuteSeconds) * (zone[0] == '-' ? -1 : 1);
    rest_.remove_prefix(kZoneSize);
    return true;
  }

  std::string_view text_;
  std::string_view rest_;
  std::string message_;
};

void AppendDate(std::string& out, const CivilTime& civil) {
  AppendPadded(out, civil.year, 4);
  out += '-';
  AppendPadded(out, civil.month, 2);
  out += '-';
  AppendPadded(out, civil.day, 2);
}

void AppendClock(std::string& out, const CivilTime& civil) {
  AppendPadded(out, civil.hour, 2);
  out += ':';
  AppendPadded(out, civil.minute, 2);
  out += ':';
  AppendPadded(out, civil.second, 2);
}

}  // namespace

CivilTime ToCivil(const Timestamp& time) {
  std::int64_t days = time.unix_seconds / kDaySeconds;
  std::int64_t seconds = time.unix_seconds % kDaySeconds;
  if (seconds < 0) {
    seconds += kDaySeconds;
    --days;
  }
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  CivilTime civil;
  civil.day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  civil.month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  civil.year = year_of_era + era * 400 + static_cast<std::int64_t>(civil.month <= 2);
  civil.hour = static_cast<int>(seconds / kHourSeconds);
  civil.minute = static_cast<int>(seconds % kHourSeconds / kMinuteSeconds);
  civil.second = static_cast<int>(seconds % kMinuteSeconds);
  return civil;
}

Result<Timestamp> ParseRfc3339(std::string_view text) {
  return Rfc3339Parser(text).Parse();
}

std::string FormatRfc3339(const Timestamp& time, int fraction_digits) {
  constexpr int kMicroDigits = 6;
  constexpr int kNanosPerMicro = 1000;
  const CivilTime civil = ToCivil(time);
  std::string out;
  AppendDate(out, civil);
  out += 'T';
  AppendClock(out, civil);
  if (fraction_digits > 0) {
    out += '.';
    AppendPadded(out, time.nanoseconds / kNanosPerMicro, kMicroDigits);
  }
  return out + 'Z';
}

std::string FormatGoString(const Timestamp& time) {
  constexpr std::size_t kNanoDigits = 9;
  const CivilTime civil = ToCivil(time);
  std::string out;
  AppendDate(out, civil);
  out += ' ';
  AppendClock(out, civil);
  if (time.nanoseconds != 0) {
    out += '.';
    AppendPadded(out, time.nanoseconds, kNanoDigits);
    out.resize(out.find_last_not_of('0') + 1);
  }
  return out + " +0000 UTC";
}

}  // namespace sidecar::kubetypes
