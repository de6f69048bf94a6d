#include "lib/kubetypes/duration.h"

#include <array>
#include <utility>

#include "lib/gotemplate/strconv.h"

namespace sidecar::kubetypes {
namespace {

constexpr std::uint64_t kLargest = std::uint64_t{1} << 63;  // The magnitude of the smallest int64.
constexpr std::int64_t kNanosInSecond = kSecond;
// 10,000 years of 365.25 days: the limit of a valid google.protobuf.Duration.
constexpr std::int64_t kMaxProtoSeconds = 315'576'000'000;

std::uint64_t Magnitude(Nanoseconds duration) {
  const auto bits = static_cast<std::uint64_t>(duration);
  return duration < 0 ? std::uint64_t{0} - bits : bits;
}

// Appends `value` / 10^digits without trailing zeros: (1500, 3) is "1.5".
void AppendFixed(std::string& out, std::uint64_t value, int digits) {
  std::string fraction;
  bool significant = false;
  for (int i = 0; i < digits; ++i) {
    const char digit = static_cast<char>('0' + value % 10);
    significant = significant || digit != '0';
    if (significant) fraction.insert(fraction.begin(), digit);
    value /= 10;
  }
  out += std::to_string(value);
  if (!fraction.empty()) out += '.' + fraction;
}

std::optional<std::uint64_t> UnitSize(std::string_view unit) {
  // The two micro signs are U+00B5 and U+03BC.
  static constexpr std::array<std::pair<std::string_view, std::uint64_t>, 8> kUnits = {{
      {"ns", 1},
      {"us", 1000},
      {"\u00b5s", 1000},
      {"\u03bcs", 1000},
      {"ms", kMillisecond},
      {"s", kSecond},
      {"m", kMinute},
      {"h", kHour},
  }};
  for (const auto& [name, size] : kUnits) {
    if (name == unit) return size;
  }
  return std::nullopt;
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// Leading digits of `rest`, consumed; nothing on overflow of 2^63 (time.leadingInt).
std::optional<std::uint64_t> TakeInteger(std::string_view& rest) {
  std::uint64_t value = 0;
  while (!rest.empty() && IsDigit(rest[0])) {
    if (value > kLargest / 10) return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(rest[0] - '0');
    if (value > kLargest) return std::nullopt;
    rest.remove_prefix(1);
  }
  return value;
}

struct Fraction {
  std::uint64_t digits = 0;
  double scale = 1;
};

// Leading digits of `rest` as a fraction; those beyond precision are consumed and ignored
// (time.leadingFraction).
Fraction TakeFraction(std::string_view& rest) {
  Fraction result;
  bool overflow = false;
  for (; !rest.empty() && IsDigit(rest[0]); rest.remove_prefix(1)) {
    if (overflow || result.digits > (kLargest - 1) / 10) {
      overflow = true;
      continue;
    }
    const std::uint64_t next = result.digits * 10 + static_cast<std::uint64_t>(rest[0] - '0');
    if (next > kLargest) {
      overflow = true;
      continue;
    }
    result.digits = next;
    result.scale *= 10;
  }
  return result;
}

// Takes one number with its unit off `rest`; its size in nanoseconds, or what is wrong with it.
struct Term {
  std::uint64_t size = 0;
  std::string problem;  // "invalid duration", "missing unit in duration", ...
};

Term TakeTerm(std::string_view& rest) {
  static constexpr const char* kInvalid = "invalid duration";
  if (rest[0] != '.' && !IsDigit(rest[0])) return {0, kInvalid};
  const std::size_t before = rest.size();
  const std::optional<std::uint64_t> whole = TakeInteger(rest);
  if (!whole) return {0, kInvalid};
  bool any_digit = rest.size() != before;
  Fraction fraction;
  if (!rest.empty() && rest[0] == '.') {
    rest.remove_prefix(1);
    const std::size_t start = rest.size();
    fraction = TakeFraction(rest);
    any_digit = any_digit || rest.size() != start;
  }
  if (!any_digit) return {0, kInvalid};

  std::size_t length = 0;
  while (length < rest.size() && rest[length] != '.' && !IsDigit(rest[length])) ++length;
  if (length == 0) return {0, "missing unit in duration"};
  const std::string_view name = rest.substr(0, length);
  rest.remove_prefix(length);
  const std::optional<std::uint64_t> unit = UnitSize(name);
  if (!unit) return {0, "unknown unit " + gotemplate::Quote(name) + " in duration"};
  if (*whole > kLargest / *unit) return {0, kInvalid};
  std::uint64_t size = *whole * *unit;
  if (fraction.digits > 0) {
    size += static_cast<std::uint64_t>(static_cast<double>(fraction.digits) *
                                       (static_cast<double>(*unit) / fraction.scale));
    if (size > kLargest) return {0, kInvalid};
  }
  return {size, {}};
}

Error DurationError(std::string_view problem, std::string_view text) {
  return {ErrorCode::kInvalidArgument,
          "time: " + std::string(problem) + " " + gotemplate::Quote(text)};
}

Error ProtoError(const ProtoDuration& duration, std::string_view problem) {
  return {ErrorCode::kInvalidArgument, "duration: " + CompactText(duration) + std::string(problem)};
}

}  // namespace

std::string DurationString(Nanoseconds duration) {
  std::uint64_t size = Magnitude(duration);
  if (size == 0) return "0s";
  std::string out = duration < 0 ? "-" : "";
  if (size < static_cast<std::uint64_t>(kSecond)) {
    if (size < 1000) {
      out += std::to_string(size) + "ns";
    } else if (size < static_cast<std::uint64_t>(kMillisecond)) {
      AppendFixed(out, size, 3);
      out += "\u00b5s";
    } else {
      AppendFixed(out, size, 6);
      out += "ms";
    }
    return out;
  }
  const std::uint64_t hours = size / static_cast<std::uint64_t>(kHour);
  const std::uint64_t minutes = size / static_cast<std::uint64_t>(kMinute);
  if (hours > 0) out += std::to_string(hours) + 'h';
  if (minutes > 0) out += std::to_string(minutes % 60) + 'm';
  AppendFixed(out, size % static_cast<std::uint64_t>(kMinute), 9);
  return out + 's';
}

Result<Nanoseconds> ParseDuration(std::string_view text) {
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest[0] == '-';
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) rest.remove_prefix(1);
  if (rest == "0") return Nanoseconds{0};
  if (rest.empty()) return DurationError("invalid duration", text);
  std::uint64_t total = 0;
  while (!rest.empty()) {
    const Term term = TakeTerm(rest);
    if (!term.problem.empty()) return DurationError(term.problem, text);
    if (term.size > kLargest - total) return DurationError("invalid duration", text);
    total += term.size;
  }
  if (negative) return static_cast<Nanoseconds>(std::uint64_t{0} - total);
  if (total >= kLargest) return DurationError("invalid duration", text);
  return static_cast<Nanoseconds>(total);
}

ProtoDuration ToProto(Nanoseconds duration) {
  return {duration / kNanosInSecond, static_cast<std::int32_t>(duration % kNanosInSecond)};
}

Result<Nanoseconds> FromProto(const ProtoDuration& duration) {
  const auto [seconds, nanos] = duration;
  if (seconds < -kMaxProtoSeconds || seconds > kMaxProtoSeconds) {
    return ProtoError(duration, ": seconds out of range");
  }
  if (nanos <= -kNanosInSecond || nanos >= kNanosInSecond) {
    return ProtoError(duration, ": nanos out of range");
  }
  if ((seconds < 0 && nanos > 0) || (seconds > 0 && nanos < 0)) {
    return ProtoError(duration, ": seconds and nanos have different signs");
  }
  Nanoseconds total = 0;
  if (__builtin_mul_overflow(seconds, kNanosInSecond, &total) ||
      __builtin_add_overflow(total, Nanoseconds{nanos}, &total)) {
    return ProtoError(duration, " is out of range for time.Duration");
  }
  return total;
}

std::string CompactText(const ProtoDuration& duration) {
  std::string out;
  if (duration.seconds != 0) out += "seconds:" + std::to_string(duration.seconds) + ' ';
  if (duration.nanos != 0) out += "nanos:" + std::to_string(duration.nanos) + ' ';
  return out;
}

std::string FormatDuration(const std::optional<ProtoDuration>& duration) {
  static constexpr const char* kFallback = "1s";
  if (!duration) return kFallback;
  const Result<Nanoseconds> value = FromProto(*duration);
  return value.has_value() ? DurationString(*value) : kFallback;
}

}  // namespace sidecar::kubetypes
