#include "lib/kube/protocol/time.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace sidecar::kube {

namespace {

using std::chrono::system_clock;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// Whether `text` has digits where `pattern` has zeros, and otherwise what the pattern has.
bool Fits(std::string_view text, std::string_view pattern) {
  return std::equal(text.begin(), text.end(), pattern.begin(), pattern.end(),
                    [](char c, char p) { return p == '0' ? IsDigit(c) : c == p; });
}

// Of digits only.
int Number(std::string_view digits) {
  int number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

}  // namespace

std::optional<system_clock::time_point> ParseTime(std::string_view text) {
  constexpr std::string_view kSeconds = "0000-00-00T00:00:00";
  constexpr std::size_t kMostFraction = 9;
  if (text.size() <= kSeconds.size() || text.back() != 'Z') return std::nullopt;
  std::string_view fraction = text.substr(kSeconds.size());
  fraction.remove_suffix(1);
  text = text.substr(0, kSeconds.size());
  if (!Fits(text, kSeconds)) return std::nullopt;

  using namespace std::chrono;
  const year_month_day date(year(Number(text.substr(0, 4))),
                            month(static_cast<unsigned>(Number(text.substr(5, 2)))),
                            day(static_cast<unsigned>(Number(text.substr(8, 2)))));
  const int hour = Number(text.substr(11, 2));
  const int minute = Number(text.substr(14, 2));
  const int second = Number(text.substr(17, 2));
  // What a 64-bit count of nanoseconds holds.
  const bool is_in_range = date.year() >= year(1700) && date.year() <= year(2200);
  if (!date.ok() || !is_in_range || hour > 23 || minute > 59 || second > 59) return std::nullopt;

  nanoseconds part{0};
  if (!fraction.empty()) {
    if (fraction.front() != '.' || fraction.size() < 2 || fraction.size() > kMostFraction + 1) {
      return std::nullopt;
    }
    std::int64_t unit = 1'000'000'000;
    for (const char c : fraction.substr(1)) {
      if (!IsDigit(c)) return std::nullopt;
      unit /= 10;
      part += nanoseconds((c - '0') * unit);
    }
  }
  return sys_days(date) + hours(hour) + minutes(minute) + seconds(second) +
         duration_cast<system_clock::duration>(part);
}

}  // namespace sidecar::kube
