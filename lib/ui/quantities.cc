#include "lib/ui/quantities.h"

#include <array>
#include <cstdio>
#include <utility>

namespace sidecar::ui {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using std::chrono::seconds;

struct Civil {
  std::string date;  // "2026-11-23"
  std::string time;  // "10:53:04"
};

std::string Digits(long long number, int width) {
  std::string text = std::to_string(number);
  const auto wanted = static_cast<std::size_t>(width);
  return text.size() < wanted ? std::string(wanted - text.size(), '0') + text : text;
}

Civil CivilOf(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<seconds>(time - day));
  Civil civil;
  civil.date = Digits(static_cast<int>(date.year()), 4) + '-' +
               Digits(static_cast<unsigned>(date.month()), 2) + '-' +
               Digits(static_cast<unsigned>(date.day()), 2);
  civil.time = Digits(clock.hours().count(), 2) + ':' + Digits(clock.minutes().count(), 2) + ':' +
               Digits(clock.seconds().count(), 2);
  return civil;
}

std::string OneDecimal(double number) {
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.1f", number);
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace

std::string MachineTime(WallTime time) {
  const Civil civil = CivilOf(time);
  return civil.date + 'T' + civil.time + 'Z';
}

std::string DateAndTime(WallTime time) {
  const Civil civil = CivilOf(time);
  return civil.date + ' ' + civil.time + " UTC";
}

std::string TimeOfDay(WallTime time, WallTime now) {
  const Civil civil = CivilOf(time);
  return civil.date == CivilOf(now).date ? civil.time : civil.date + ' ' + civil.time;
}

std::string ShortDuration(nanoseconds duration) {
  const auto count = static_cast<double>(duration.count());
  if (duration < 1ms) return std::to_string(duration / 1us) + " µs";
  if (duration < 1s) return OneDecimal(count / 1e6) + " ms";
  return OneDecimal(count / 1e9) + " s";
}

std::string RoughDuration(seconds duration) {
  if (duration < 0s) duration = -duration;
  constexpr std::array kUnits = {std::pair(seconds(24h), "day"), std::pair(seconds(1h), "hour"),
                                 std::pair(seconds(1min), "minute")};
  for (const auto& [unit, name] : kUnits) {
    const auto count = duration / unit;
    if (count >= 2) return std::to_string(count) + ' ' + name + 's';
    if (count == 1 && unit == seconds(1min)) return "1 minute";
  }
  return "less than a minute";
}

}  // namespace sidecar::ui
