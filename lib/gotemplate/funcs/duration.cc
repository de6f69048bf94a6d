#include "lib/gotemplate/funcs/duration.h"

namespace sidecar::gotemplate::funcs {
namespace {

constexpr std::uint64_t kMicrosecond = 1'000;
constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kPerMinute = 60;

// `value` in units of `unit`, with the fraction that it needs.
std::string WithFraction(std::uint64_t value, std::uint64_t unit) {
  std::string text = std::to_string(value / unit);
  const std::uint64_t fraction = value % unit;
  if (fraction == 0) return text;
  // A digit before the fraction keeps its zeros.
  std::string digits = std::to_string(unit + fraction);
  digits.erase(digits.find_last_not_of('0') + 1);
  digits[0] = '.';
  return text + digits;
}

}  // namespace

std::string FormatDuration(std::int64_t nanoseconds) {
  if (nanoseconds == 0) return "0s";
  const auto bits = static_cast<std::uint64_t>(nanoseconds);
  const std::uint64_t size = nanoseconds < 0 ? 0 - bits : bits;
  std::string text = nanoseconds < 0 ? "-" : "";
  if (size < kMicrosecond) return text + std::to_string(size) + "ns";
  if (size < kMillisecond) return text + WithFraction(size, kMicrosecond) + "\u00b5s";
  if (size < kSecond) return text + WithFraction(size, kMillisecond) + "ms";
  const std::uint64_t minutes = size / kSecond / kPerMinute;
  if (minutes >= kPerMinute) text += std::to_string(minutes / kPerMinute) + "h";
  if (minutes > 0) text += std::to_string(minutes % kPerMinute) + "m";
  return text + WithFraction(size % (kSecond * kPerMinute), kSecond) + "s";
}

}  // namespace sidecar::gotemplate::funcs
