#include "lib/gotemplate/funcs/time_zone.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <system_error>

namespace sidecar::gotemplate::funcs {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr std::int64_t kSecondsPerDay = 86400;

// Reads big-endian numbers; what lies behind the end is zero, and makes it fail.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool failed() const { return failed_; }
  std::string_view rest() const { return rest_; }

  std::string_view Take(std::size_t count) {
    failed_ = failed_ || count > rest_.size();
    if (failed_) return {};
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  std::uint64_t Number(std::size_t bytes) {
    std::uint64_t number = 0;
    for (const char byte : Take(bytes)) number = number << 8U | static_cast<unsigned char>(byte);
    return number;
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

constexpr std::size_t kMostEntries = 100'000;

struct Counts {
  std::size_t utc, standard, leap, times, kinds, characters;

  std::size_t BlockSize(std::size_t time_bytes) const {
    return times * (time_bytes + 1) + kinds * 6 + characters + leap * (time_bytes + 4) + standard +
           utc;
  }
};

struct Header {
  char version = 0;
  Counts counts = {};
};

std::optional<Header> ReadHeader(Reader& reader) {
  constexpr std::size_t kReserved = 15;
  if (reader.Take(4) != "TZif") return std::nullopt;
  const std::string_view version = reader.Take(1);
  reader.Take(kReserved);
  Header header;
  for (std::size_t* count :
       {&header.counts.utc, &header.counts.standard, &header.counts.leap, &header.counts.times,
        &header.counts.kinds, &header.counts.characters}) {
    *count = reader.Number(4);
    if (*count > kMostEntries) return std::nullopt;
  }
  if (reader.failed() || header.counts.kinds == 0) return std::nullopt;
  header.version = version[0];
  return header;
}

// A number of at most three digits, between `least` and `most`.
std::optional<int> ReadNumber(std::string_view& text, int least, int most) {
  int number = 0;
  std::size_t digits = 0;
  while (digits < text.size() && digits < 3 && text[digits] >= '0' && text[digits] <= '9') {
    number = number * 10 + (text[digits] - '0');
    ++digits;
  }
  if (digits == 0 || number < least || number > most) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

bool Skip(std::string_view& text, char what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(1);
  return true;
}

// "EST" or "<+03>".
std::optional<std::string> ReadName(std::string_view& text) {
  const bool quoted = Skip(text, '<');
  const std::size_t end =
      quoted ? text.find('>') : std::min(text.find_first_of("0123456789,-+"), text.size());
  if (end == std::string_view::npos || (!quoted && end < 3)) return std::nullopt;
  std::string name(text.substr(0, end));
  text.remove_prefix(end + (quoted ? 1 : 0));
  return name;
}

// "-5", "5:30", "-1:23:45", in seconds.
std::optional<int> ReadOffset(std::string_view& text) {
  constexpr int kMostHours = 24 * 7;
  const bool negative = Skip(text, '-');
  if (!negative) Skip(text, '+');
  const std::optional<int> hours = ReadNumber(text, 0, kMostHours);
  if (!hours) return std::nullopt;
  int seconds = *hours * 3600;
  for (const int unit : {60, 1}) {
    if (!Skip(text, ':')) break;
    const std::optional<int> part = ReadNumber(text, 0, 59);
    if (!part) return std::nullopt;
    seconds += *part * unit;
  }
  return negative ? -seconds : seconds;
}

std::int64_t DaysOf(int year) {
  return sys_days(std::chrono::year(year) / 1 / 1).time_since_epoch().count();
}

}  // namespace

std::optional<ZoneRule::Change> ZoneRule::ParseChange(std::string_view& text) {
  constexpr int kLastYearDay = 365;
  Change change;
  std::optional<int> number;
  if (Skip(text, 'M')) {
    if (!(number = ReadNumber(text, 1, 12)) || !Skip(text, '.')) return std::nullopt;
    change.month = *number;
    if (!(number = ReadNumber(text, 1, 5)) || !Skip(text, '.')) return std::nullopt;
    change.week = *number;
    if (!(number = ReadNumber(text, 0, 6))) return std::nullopt;
  } else {
    change.kind = Skip(text, 'J') ? 'J' : 'N';
    number = ReadNumber(text, change.kind == 'J' ? 1 : 0, kLastYearDay);
    if (!number) return std::nullopt;
  }
  change.day = *number;
  if (!Skip(text, '/')) return change;
  const std::optional<int> seconds = ReadOffset(text);
  if (!seconds) return std::nullopt;
  change.seconds = *seconds;
  return change;
}

std::optional<ZoneRule> ZoneRule::Parse(std::string_view text) {
  ZoneRule rule;
  std::optional<std::string> name = ReadName(text);
  std::optional<int> offset = name ? ReadOffset(text) : std::nullopt;
  if (!offset) return std::nullopt;
  rule.standard_name_ = *std::move(name);
  rule.standard_offset_ = -*offset;
  if (text.empty()) return rule;
  if (!(name = ReadName(text))) return std::nullopt;
  rule.daylight_name_ = *std::move(name);
  rule.daylight_offset_ = rule.standard_offset_ + 3600;
  if (!text.empty() && text[0] != ',') {
    if (!(offset = ReadOffset(text))) return std::nullopt;
    rule.daylight_offset_ = -*offset;
  }
  if (text.empty()) text = ",M3.2.0,M11.1.0";  // The default rules per tzcode, as Go has them.
  for (Change* change : {&rule.to_daylight_, &rule.to_standard_}) {
    if (!Skip(text, ',')) return std::nullopt;
    const std::optional<Change> parsed = ParseChange(text);
    if (!parsed) return std::nullopt;
    *change = *parsed;
  }
  if (!text.empty()) return std::nullopt;
  return rule;
}

// Go's tzruleTime, without the offset.
std::int64_t ZoneRule::SecondOfYear(const Change& change, int year) {
  constexpr int kFebruary28 = 59;
  std::int64_t day = change.day;
  if (change.kind == 'J') {
    day = change.day - 1;
    if (std::chrono::year(year).is_leap() && change.day > kFebruary28) ++day;
  } else if (change.kind == 'M') {
    const std::chrono::year_month month =
        std::chrono::year(year) / std::chrono::month(static_cast<unsigned>(change.month));
    const std::chrono::weekday weekday(static_cast<unsigned>(change.day));
    // Week 5 means the last.
    const sys_days date = change.week == 5
                              ? sys_days(month / weekday[std::chrono::last])
                              : sys_days(month / weekday[static_cast<unsigned>(change.week)]);
    day = date.time_since_epoch().count() - DaysOf(year);
  }
  return day * kSecondsPerDay + change.seconds;
}

// Go's tzset.
ZoneSpan ZoneRule::At(std::int64_t unix_seconds) const {
  ZoneSpan span;
  span.abbreviation = standard_name_;
  span.offset = standard_offset_;
  if (daylight_name_.empty()) return span;

  // The calendar's years end at 32767; the rules repeat every 400.
  constexpr std::int64_t kCycle = 146097 * kSecondsPerDay;
  const std::int64_t cycles = unix_seconds / kCycle;
  const std::int64_t seconds = unix_seconds % kCycle;
  const days day(seconds / kSecondsPerDay - (seconds % kSecondsPerDay < 0 ? 1 : 0));
  const int year = static_cast<int>(std::chrono::year_month_day(sys_days(day)).year());
  const std::int64_t year_start = DaysOf(year) * kSecondsPerDay;
  const std::int64_t second = seconds - year_start;

  std::int64_t start = SecondOfYear(to_daylight_, year) - standard_offset_;
  std::int64_t end = SecondOfYear(to_standard_, year) - daylight_offset_;
  bool inside_is_daylight = true;
  if (end < start) {
    std::swap(start, end);
    inside_is_daylight = false;
  }
  const std::int64_t base = cycles * kCycle + year_start;
  const std::int64_t year_end = (DaysOf(year + 1) - DaysOf(year)) * kSecondsPerDay;
  const bool inside = second >= start && second < end;
  if (inside == inside_is_daylight) {
    span.abbreviation = daylight_name_;
    span.offset = daylight_offset_;
    span.is_dst = true;
  }
  span.start = base + (second < start ? 0 : inside ? start : end);
  span.end = base + (second < start ? start : inside ? end : year_end);
  return span;
}

std::optional<TimeZone> TimeZone::Parse(std::string name, std::string_view contents) {
  constexpr std::size_t kShort = 4;
  constexpr std::size_t kLong = 8;
  Reader reader(contents);
  std::optional<Header> header = ReadHeader(reader);
  if (!header) return std::nullopt;
  std::size_t time_bytes = kShort;
  if (header->version != 0) {  // The second block has the same in 64 bits.
    reader.Take(header->counts.BlockSize(kShort));
    if (!(header = ReadHeader(reader))) return std::nullopt;
    time_bytes = kLong;
  }
  const Counts& counts = header->counts;
  Reader times(reader.Take(counts.times * time_bytes));
  Reader indices(reader.Take(counts.times));
  Reader kinds(reader.Take(counts.kinds * 6));
  const std::string_view names = reader.Take(counts.characters);
  reader.Take(counts.leap * (time_bytes + 4) + counts.standard + counts.utc);
  if (reader.failed()) return std::nullopt;

  TimeZone zone;
  zone.name_ = std::move(name);
  for (std::size_t i = 0; i < counts.kinds; ++i) {
    const auto offset = static_cast<std::int32_t>(static_cast<std::uint32_t>(kinds.Number(4)));
    const bool is_dst = kinds.Number(1) != 0;
    const std::size_t at = kinds.Number(1);
    if (at >= names.size()) return std::nullopt;
    const std::string_view tail = names.substr(at);
    zone.kinds_.push_back({std::string(tail.substr(0, tail.find('\0'))), offset, is_dst});
  }
  for (std::size_t i = 0; i < counts.times; ++i) {
    const std::uint64_t raw = times.Number(time_bytes);
    const auto when = time_bytes == kLong
                          ? static_cast<std::int64_t>(raw)
                          : static_cast<std::int32_t>(static_cast<std::uint32_t>(raw));
    const auto kind = static_cast<std::uint8_t>(indices.Number(1));
    if (kind >= zone.kinds_.size()) return std::nullopt;
    if (!zone.transitions_.empty() && zone.transitions_.back().when >= when) return std::nullopt;
    zone.transitions_.push_back({when, kind});
  }
  std::string_view footer = time_bytes == kLong ? reader.rest() : std::string_view();
  if (Skip(footer, '\n')) zone.rule_ = ZoneRule::Parse(footer.substr(0, footer.find('\n')));
  return zone;
}

// Go's Location.lookupFirstZone: what held before the first transition.
const TimeZone::Kind& TimeZone::First() const {
  const bool first_is_used = std::any_of(transitions_.begin(), transitions_.end(),
                                         [](const Transition& one) { return one.kind == 0; });
  if (!first_is_used) return kinds_.front();
  if (!transitions_.empty() && kinds_[transitions_.front().kind].is_dst) {
    for (std::size_t i = transitions_.front().kind; i-- > 0;) {
      if (!kinds_[i].is_dst) return kinds_[i];
    }
  }
  for (const Kind& kind : kinds_) {
    if (!kind.is_dst) return kind;
  }
  return kinds_.front();
}

ZoneSpan TimeZone::At(std::int64_t unix_seconds) const {
  const auto next = std::upper_bound(
      transitions_.begin(), transitions_.end(), unix_seconds,
      [](std::int64_t seconds, const Transition& one) { return seconds < one.when; });
  if (next == transitions_.end() && rule_) return rule_->At(unix_seconds);
  ZoneSpan span;
  const Kind* kind = nullptr;
  if (next == transitions_.begin()) {
    kind = &First();
  } else {
    kind = &kinds_[std::prev(next)->kind];
    span.start = std::prev(next)->when;
  }
  if (next != transitions_.end()) span.end = next->when;
  span.abbreviation = kind->abbreviation;
  span.offset = kind->offset;
  span.is_dst = kind->is_dst;
  return span;
}

namespace {

constexpr std::uintmax_t kLargestFile = std::uintmax_t{1} << 20U;

// The names that LoadLocation takes: nothing that could leave the database's directory.
bool IsZoneName(std::string_view name) {
  constexpr std::size_t kLongestName = 128;
  return !name.empty() && name.size() <= kLongestName && name[0] != '/' && name[0] != '\\' &&
         name.find("..") == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

std::optional<TimeZone> ReadTimeZone(const std::string& name) {
  for (const char* const directory : {"/usr/share/zoneinfo/", "/usr/share/lib/zoneinfo/",
                                      "/usr/lib/locale/TZ/", "/etc/zoneinfo/"}) {
    const std::filesystem::path path = directory + name;
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) continue;
    if (std::filesystem::file_size(path, error) > kLargestFile || error) continue;
    std::ifstream file(path, std::ios::binary);
    const std::string contents(std::istreambuf_iterator<char>(file), {});
    if (std::optional<TimeZone> zone = TimeZone::Parse(name, contents)) return zone;
  }
  return std::nullopt;
}

}  // namespace

const TimeZone* FindTimeZone(std::string_view name) {
  if (!IsZoneName(name)) return nullptr;
  static std::mutex mutex;
  static auto& zones = *new std::map<std::string, TimeZone, std::less<>>;  // Never destroyed.
  const std::lock_guard lock(mutex);
  const auto known = zones.find(name);
  if (known != zones.end()) return &known->second;
  std::optional<TimeZone> zone = ReadTimeZone(std::string(name));
  if (!zone) return nullptr;
  return &zones.emplace(std::string(name), *std::move(zone)).first->second;
}

}  // namespace sidecar::gotemplate::funcs
