#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>

#include "lib/gotemplate/funcs/go_time.h"
#include "lib/gotemplate/funcs/time_layout.h"
#include "lib/gotemplate/value.h"

// Go's time.Parse and time.ParseDuration.
namespace sidecar::gotemplate::funcs {
namespace {

bool IsDigitAt(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

// Package time's quote: what is not printable ASCII is written byte by byte.
std::string QuoteBytes(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    if (value < ' ' || value >= 0x80) {
      quoted += "\\x";
      quoted += kDigits[value >> 4U];
      quoted += kDigits[value & 0xFU];
      continue;
    }
    if (byte == '"' || byte == '\\') quoted += '\\';
    quoted += byte;
  }
  return quoted + "\"";
}

// Thrown where Go's parse has errBad: the text does not fit the field.
struct Mismatch {};

std::string_view WithoutSpaces(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text;
}

char Lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool StartsWithFolded(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (Lower(text[i]) != Lower(word[i])) return false;
  }
  return true;
}

bool IsPoint(char byte) {
  return byte == '.' || byte == ',';
}

// What a `+5` or `-11` behind a zone's name takes: Go's parseSignedOffset.
std::size_t SignedOffsetSize(std::string_view text) {
  constexpr int kLargest = 23;
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return 0;
  std::size_t end = 1;
  int hours = 0;
  while (IsDigitAt(text, end)) {
    hours = std::min(hours * 10 + (text[end] - '0'), 1000);
    ++end;
  }
  return end == 1 || hours > kLargest ? 0 : end;
}

// What a zone's name at the beginning of the text takes; 0: there is none. Go's parseTimeZone.
std::size_t ZoneNameSize(std::string_view text) {
  constexpr std::size_t kLongest = 5;
  if (text.size() < 3) return 0;
  if (text.starts_with("ChST") || text.starts_with("MeST")) return 4;
  if (text.starts_with("GMT")) return 3 + SignedOffsetSize(text.substr(3));
  if (text[0] == '+' || text[0] == '-') return SignedOffsetSize(text);
  std::size_t letters = 0;
  while (letters <= kLongest && letters < text.size() && text[letters] >= 'A' &&
         text[letters] <= 'Z') {
    ++letters;
  }
  switch (letters) {
    case 3: return 3;
    case 4: return text[3] == 'T' || text.starts_with("WITA") ? 4 : 0;
    case kLongest: return text[4] == 'T' ? kLongest : 0;
    default: return 0;
  }
}

class TimeParser {
 public:
  TimeParser(std::string_view layout, std::string_view text)
      : whole_layout_(layout), whole_(text), layout_(layout), text_(text) {}

  Time Parse() {
    for (;;) {
      const TimeLayoutPart part = NextTimeField(layout_);
      SkipLiteral(part.prefix);
      if (part.field == TimeField::kNone) {
        if (!text_.empty()) Fail(": extra text: " + QuoteBytes(text_));
        return Finish();
      }
      layout_ = part.suffix;
      const std::string_view hold = text_;
      try {
        ReadField(part);
      } catch (const Mismatch&) {
        FailMismatch(part.text, hold);
      }
      if (!out_of_range_.empty()) Fail(": " + std::string(out_of_range_) + " out of range");
    }
  }

 private:
  [[noreturn]] void Fail(const std::string& message) const {
    throw FunctionError("parsing time " + QuoteBytes(whole_) + message);
  }

  [[noreturn]] void FailMismatch(std::string_view layout, std::string_view text) const {
    Fail(" as " + QuoteBytes(whole_layout_) + ": cannot parse " + QuoteBytes(text) + " as " +
         QuoteBytes(layout));
  }

  // Go's skip: a space stands for any number of them.
  void SkipLiteral(std::string_view literal) {
    const std::string_view prefix = literal;
    while (!literal.empty()) {
      if (literal[0] == ' ') {
        if (!text_.empty() && text_[0] != ' ') FailMismatch(prefix, text_);
        literal = WithoutSpaces(literal);
        text_ = WithoutSpaces(text_);
        continue;
      }
      if (!text_.starts_with(literal[0])) FailMismatch(prefix, text_);
      literal.remove_prefix(1);
      text_.remove_prefix(1);
    }
  }

  void SkipSpace() {
    if (text_.starts_with(' ')) text_.remove_prefix(1);
  }

  // Go's getnum: one or two digits, or exactly two.
  int ReadNumber(bool two_digits) {
    if (!IsDigitAt(text_, 0)) throw Mismatch();
    if (!IsDigitAt(text_, 1)) {
      if (two_digits) throw Mismatch();
      return TakeDigits(1);
    }
    return TakeDigits(2);
  }

  int TakeDigits(std::size_t count) {
    int number = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!IsDigitAt(text_, i)) throw Mismatch();
      number = number * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    return number;
  }

  int InRange(int number, int least, int most, std::string_view what) {
    if (number < least || number > most) out_of_range_ = what;
    return number;
  }

  template <class NameOf>
  int ReadName(int first, int last, std::size_t length, const NameOf& name_of) {
    for (int i = first; i <= last; ++i) {
      const std::string_view name = name_of(i).substr(0, length);
      if (!StartsWithFolded(text_, name)) continue;
      text_.remove_prefix(name.size());
      return i;
    }
    throw Mismatch();
  }

  void ReadField(const TimeLayoutPart& part) {
    constexpr std::size_t kShort = 3;
    constexpr std::size_t kWhole = std::string_view::npos;
    switch (part.field) {
      case TimeField::kYear: ReadShortYear(); break;
      case TimeField::kLongYear: year_ = TakeDigits(4); break;
      case TimeField::kMonth: month_ = ReadName(1, 12, kShort, MonthName); break;
      case TimeField::kLongMonth: month_ = ReadName(1, 12, kWhole, MonthName); break;
      case TimeField::kNumericMonth:
      case TimeField::kZeroMonth:
        month_ = InRange(ReadNumber(part.field == TimeField::kZeroMonth), 1, 12, "month");
        break;
      case TimeField::kWeekday: ReadName(0, 6, kShort, WeekdayName); break;
      case TimeField::kLongWeekday: ReadName(0, 6, kWhole, WeekdayName); break;
      case TimeField::kUnderDay: SkipSpace(); [[fallthrough]];
      case TimeField::kDay:
      case TimeField::kZeroDay: day_ = ReadNumber(part.field == TimeField::kZeroDay); break;
      case TimeField::kUnderYearDay:
      case TimeField::kZeroYearDay: ReadYearDay(part.field); break;
      case TimeField::kOffset: ReadOffset(part.offset); break;
      case TimeField::kZoneName: ReadZoneName(); break;
      case TimeField::kFixedFraction:
        if (text_.size() < part.fraction_digits + 1) throw Mismatch();
        ReadFraction(part.fraction_digits + 1);
        break;
      case TimeField::kTrimmedFraction: ReadOptionalFraction(); break;
      default: ReadClockField(part.field); break;
    }
  }

  void ReadShortYear() {
    constexpr int kFirstOfThe1900s = 69;
    if (text_.size() < 2) throw Mismatch();
    year_ = TakeDigits(2);
    year_ += year_ >= kFirstOfThe1900s ? 1900 : 2000;
  }

  // Go's getnum3.
  void ReadYearDay(TimeField field) {
    if (field == TimeField::kUnderYearDay) {
      SkipSpace();
      SkipSpace();
    }
    std::size_t digits = 0;
    while (digits < 3 && IsDigitAt(text_, digits)) ++digits;
    if (digits == 0 || (field == TimeField::kZeroYearDay && digits != 3)) throw Mismatch();
    year_day_ = TakeDigits(digits);
  }

  void ReadClockField(TimeField field) {
    switch (field) {
      case TimeField::kHour: hour_ = InRange(ReadNumber(false), 0, 23, "hour"); break;
      case TimeField::kHour12:
      case TimeField::kZeroHour12:
        hour_ = InRange(ReadNumber(field == TimeField::kZeroHour12), 0, 12, "hour");
        break;
      case TimeField::kMinute:
      case TimeField::kZeroMinute:
        minute_ = InRange(ReadNumber(field == TimeField::kZeroMinute), 0, 59, "minute");
        break;
      case TimeField::kSecond:
      case TimeField::kZeroSecond:
        second_ = InRange(ReadNumber(field == TimeField::kZeroSecond), 0, 59, "second");
        if (out_of_range_.empty()) ReadUnannouncedFraction();
        break;
      case TimeField::kUpperHalf: ReadHalf("AM", "PM"); break;
      default: ReadHalf("am", "pm"); break;
    }
  }

  void ReadHalf(std::string_view morning, std::string_view afternoon) {
    if (text_.starts_with(afternoon)) {
      half_ = afternoon;
    } else if (text_.starts_with(morning)) {
      half_ = morning;
    } else {
      throw Mismatch();
    }
    text_.remove_prefix(2);
  }

  // Seconds may have a fraction that the layout does not mention.
  void ReadUnannouncedFraction() {
    if (text_.size() < 2 || !IsPoint(text_[0]) || !IsDigitAt(text_, 1)) return;
    const TimeField next = NextTimeField(layout_).field;
    if (next == TimeField::kFixedFraction || next == TimeField::kTrimmedFraction) return;
    ReadOptionalFraction();
  }

  void ReadOptionalFraction() {
    if (text_.size() < 2 || !IsPoint(text_[0]) || !IsDigitAt(text_, 1)) return;
    std::size_t size = 1;
    while (IsDigitAt(text_, size)) ++size;
    ReadFraction(size);
  }

  // Go's parseNanoseconds: the point and digits, of which nine count.
  void ReadFraction(std::size_t size) {
    constexpr std::size_t kDigits = 9;
    if (!IsPoint(text_[0])) throw Mismatch();
    nanosecond_ = 0;
    for (std::size_t i = 1; i <= kDigits; ++i) {
      if (i < size && !IsDigitAt(text_, i)) throw Mismatch();
      nanosecond_ = nanosecond_ * 10 + (i < size ? text_[i] - '0' : 0);
    }
    text_.remove_prefix(size);
  }

  void ReadOffset(const OffsetStyle& style) {
    constexpr int kMostHours = 24;  // Some write 24:00.
    constexpr int kMostMinutes = 60;
    if (style.z_is_utc && !style.seconds && text_.starts_with('Z')) {
      text_.remove_prefix(1);
      is_utc_ = true;
      return;
    }
    const std::size_t size = 3 + (style.minutes ? 2U : 0U) + (style.seconds ? 2U : 0U) +
                             (style.colons ? (style.seconds ? 2U : 1U) : 0U);
    if (text_.size() < size) throw Mismatch();
    const char sign = text_[0];
    text_.remove_prefix(1);
    const int hours = InRange(TakeDigits(2), 0, kMostHours, "time zone offset hour");
    int minutes = 0;
    int seconds = 0;
    if (style.minutes) {
      SkipColon(style);
      minutes = InRange(TakeDigits(2), 0, kMostMinutes, "time zone offset minute");
    }
    if (style.seconds) {
      SkipColon(style);
      seconds = InRange(TakeDigits(2), 0, kMostMinutes, "time zone offset second");
    }
    if (sign != '+' && sign != '-') throw Mismatch();
    const int offset = (hours * 60 + minutes) * 60 + seconds;
    offset_ = sign == '-' ? -offset : offset;
  }

  void SkipColon(const OffsetStyle& style) {
    if (!style.colons) return;
    if (!text_.starts_with(':')) throw Mismatch();
    text_.remove_prefix(1);
  }

  void ReadZoneName() {
    if (text_.starts_with("UTC")) {
      is_utc_ = true;
      text_.remove_prefix(3);
      return;
    }
    const std::size_t size = ZoneNameSize(text_);
    if (size == 0) throw Mismatch();
    zone_name_ = text_.substr(0, size);
    text_.remove_prefix(size);
  }

  void ApplyHalf() {
    const bool afternoon = half_ == "PM" || half_ == "pm";
    if (afternoon && hour_ < 12) hour_ += 12;
    if (!half_.empty() && !afternoon && hour_ == 12) hour_ = 0;
  }

  void ApplyYearDay() {
    if (!year_day_) {
      if (!month_) month_ = 1;
      if (!day_) day_ = 1;
      return;
    }
    if (*year_day_ < 1 || *year_day_ > (IsLeapYear(year_) ? 366 : 365)) {
      Fail(": day-of-year out of range");
    }
    int month = 1;
    int day = *year_day_;
    while (day > DaysInMonth(month, year_)) {
      day -= DaysInMonth(month, year_);
      ++month;
    }
    if (month_ && *month_ != month) Fail(": day-of-year does not match month");
    if (day_ && *day_ != day) Fail(": day-of-year does not match day");
    month_ = month;
    day_ = day;
  }

  Time Finish() {
    constexpr std::string_view kGmt = "GMT";
    ApplyHalf();
    ApplyYearDay();
    if (*day_ < 1 || *day_ > DaysInMonth(*month_, year_)) Fail(": day out of range");
    Time time = MakeDate({year_, *month_, *day_, hour_, minute_, second_, nanosecond_}, Zone());
    if (is_utc_) return time;
    if (offset_) {
      time.unix_seconds -= *offset_;
      if (*offset_ != 0 || (!zone_name_.empty() && zone_name_ != "UTC")) {
        time.zone = {.is_fixed = true, .fixed_name = zone_name_, .fixed_offset = *offset_};
      }
      return time;
    }
    if (zone_name_.empty()) return time;
    // Only for GMT+3 and its like is the offset known; Go does not apply it.
    std::int64_t offset = 0;
    if (zone_name_.starts_with(kGmt) && zone_name_.size() > kGmt.size()) {
      for (const char digit : zone_name_.substr(kGmt.size() + 1))
        offset = offset * 10 + (digit - '0');
      offset *= zone_name_[kGmt.size()] == '-' ? -3600 : 3600;
    }
    time.zone = {.is_fixed = true, .fixed_name = zone_name_, .fixed_offset = offset};
    return time;
  }

  std::string_view whole_layout_;
  std::string_view whole_;
  std::string_view layout_;
  std::string_view text_;
  std::string_view out_of_range_;

  int year_ = 0;
  std::optional<int> month_;
  std::optional<int> day_;
  std::optional<int> year_day_;
  int hour_ = 0;
  int minute_ = 0;
  int second_ = 0;
  int nanosecond_ = 0;
  std::string_view half_;
  bool is_utc_ = false;
  std::optional<int> offset_;
  std::string_view zone_name_;
};

struct DurationUnit {
  std::string_view name;
  std::uint64_t nanoseconds;
};

constexpr std::array kUnits = {
    DurationUnit{"ns", 1},
    DurationUnit{"us", 1'000},
    DurationUnit{"\u00b5s", 1'000},
    DurationUnit{"\u03bcs", 1'000},
    DurationUnit{"ms", 1'000'000},
    DurationUnit{"s", 1'000'000'000},
    DurationUnit{"m", 60'000'000'000},
    DurationUnit{"h", 3'600'000'000'000},
};

constexpr std::uint64_t kLargestMagnitude = std::uint64_t{1} << 63U;

class DurationParser {
 public:
  explicit DurationParser(std::string_view text) : whole_(text), text_(text) {}

  std::int64_t Parse() {
    const bool negative = text_.starts_with('-');
    if (negative || text_.starts_with('+')) text_.remove_prefix(1);
    if (text_ == "0") return 0;
    if (text_.empty()) Fail();
    std::uint64_t sum = 0;
    while (!text_.empty()) {
      sum += ReadTerm();
      if (sum > kLargestMagnitude) Fail();
    }
    if (negative) return static_cast<std::int64_t>(0 - sum);
    if (sum == kLargestMagnitude) Fail();
    return static_cast<std::int64_t>(sum);
  }

 private:
  [[noreturn]] void Fail() const {
    throw FunctionError("time: invalid duration " + QuoteBytes(whole_));
  }

  // A number with its unit: "1.5h".
  std::uint64_t ReadTerm() {
    if (text_[0] != '.' && !IsDigitAt(text_, 0)) Fail();
    const std::size_t before = text_.size();
    const std::uint64_t number = ReadInteger();
    bool has_digits = text_.size() != before;
    std::uint64_t fraction = 0;
    double scale = 1;
    if (text_.starts_with('.')) {
      text_.remove_prefix(1);
      const std::size_t fraction_size = text_.size();
      ReadFraction(fraction, scale);
      has_digits = has_digits || text_.size() != fraction_size;
    }
    if (!has_digits) Fail();
    const std::uint64_t unit = ReadUnit();
    if (number > kLargestMagnitude / unit) Fail();
    std::uint64_t term = number * unit;
    if (fraction > 0) {
      term += static_cast<std::uint64_t>(static_cast<double>(fraction) *
                                         (static_cast<double>(unit) / scale));
      if (term > kLargestMagnitude) Fail();
    }
    return term;
  }

  // Go's leadingInt.
  std::uint64_t ReadInteger() {
    std::uint64_t number = 0;
    while (IsDigitAt(text_, 0)) {
      if (number > kLargestMagnitude / 10) Fail();
      number = number * 10 + static_cast<std::uint64_t>(text_[0] - '0');
      if (number > kLargestMagnitude) Fail();
      text_.remove_prefix(1);
    }
    return number;
  }

  // Go's leadingFraction: digits that no longer fit are passed over.
  void ReadFraction(std::uint64_t& number, double& scale) {
    bool full = false;
    while (IsDigitAt(text_, 0)) {
      const auto digit = static_cast<std::uint64_t>(text_[0] - '0');
      text_.remove_prefix(1);
      full =
          full || number > (kLargestMagnitude - 1) / 10 || number * 10 + digit > kLargestMagnitude;
      if (full) continue;
      number = number * 10 + digit;
      scale *= 10;
    }
  }

  std::uint64_t ReadUnit() {
    std::size_t size = 0;
    while (size < text_.size() && text_[size] != '.' && !IsDigitAt(text_, size)) ++size;
    if (size == 0) throw FunctionError("time: missing unit in duration " + QuoteBytes(whole_));
    const std::string_view name = text_.substr(0, size);
    text_.remove_prefix(size);
    for (const DurationUnit& unit : kUnits) {
      if (unit.name == name) return unit.nanoseconds;
    }
    throw FunctionError("time: unknown unit " + QuoteBytes(name) + " in duration " +
                        QuoteBytes(whole_));
  }

  std::string_view whole_;
  std::string_view text_;
};

// As Go's parseRFC3339: what every API server writes, 2006-01-02T15:04:05Z. Nothing for all else,
// also for what is wrong with it.
std::optional<Time> ParseUsualTime(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00Z";
  if (text.size() != kShape.size()) return std::nullopt;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == '0' ? !IsDigitAt(text, i) : text[i] != kShape[i]) return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t size) {
    std::int64_t value = 0;
    for (const char digit : text.substr(at, size)) value = value * 10 + (digit - '0');
    return value;
  };
  const DateParts parts = {.year = number(0, 4),
                           .month = number(5, 2),
                           .day = number(8, 2),
                           .hour = number(11, 2),
                           .minute = number(14, 2),
                           .second = number(17, 2)};
  const bool valid = parts.month >= 1 && parts.month <= 12 && parts.day >= 1 &&
                     parts.day <= DaysInMonth(static_cast<int>(parts.month), parts.year) &&
                     parts.hour < 24 && parts.minute < 60 && parts.second < 60;
  if (!valid) return std::nullopt;
  return MakeDate(parts, {});
}

}  // namespace

Time ParseTime(std::string_view layout, std::string_view text) {
  if (layout == kRfc3339) {
    if (const std::optional<Time> time = ParseUsualTime(text)) return *time;
  }
  return TimeParser(layout, text).Parse();
}

std::int64_t ParseDuration(std::string_view text) {
  return DurationParser(text).Parse();
}

}  // namespace sidecar::gotemplate::funcs
