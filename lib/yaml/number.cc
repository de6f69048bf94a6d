#include "lib/yaml/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace sidecar::yaml {
namespace {

// The longest integer has 20 characters, the longest shortest-digits float in scientific form 24.
constexpr std::size_t kNumberBytes = 32;

// Digits d1 d2 d3 ... with value 0.d1d2d3... * 10^point, as strconv's decimalSlice.
struct Decimal {
  std::array<char, kNumberBytes> digits;
  int count = 0;
  int point = 0;
  bool negative = false;
};

template <class Real>
Decimal ShortestDecimal(Real value) {
  Decimal decimal{};
  std::array<char, kNumberBytes> text{};
  const auto written =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific);
  const char* next = text.data();
  if (*next == '-') {
    decimal.negative = true;
    ++next;
  }
  for (; *next != 'e'; ++next) {
    if (*next != '.') decimal.digits[static_cast<std::size_t>(decimal.count++)] = *next;
  }
  ++next;
  if (*next == '+') ++next;
  int exponent = 0;
  std::from_chars(next, written.ptr, exponent);
  decimal.point = exponent + 1;
  while (decimal.count > 0 && decimal.digits[static_cast<std::size_t>(decimal.count - 1)] == '0') {
    --decimal.count;
  }
  if (decimal.count == 0) decimal.point = 0;
  return decimal;
}

std::string_view Digits(const Decimal& decimal, int from, int to) {
  return std::string_view(decimal.digits.data(), static_cast<std::size_t>(decimal.count))
      .substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from));
}

// As strconv's fmtE with the shortest precision.
void AppendExponentForm(const Decimal& decimal, int exponent_digits, std::string& out) {
  if (decimal.negative) out += '-';
  out += decimal.count == 0 ? '0' : decimal.digits[0];
  if (decimal.count > 1) {
    out += '.';
    out += Digits(decimal, 1, decimal.count);
  }
  out += 'e';
  const int exponent = decimal.count == 0 ? 0 : decimal.point - 1;
  out += exponent < 0 ? '-' : '+';
  if (exponent_digits == 2 && std::abs(exponent) < 10) out += '0';
  AppendInt(std::abs(exponent), out);
}

// As strconv's fmtF with the shortest precision.
void AppendPlainForm(const Decimal& decimal, std::string& out) {
  if (decimal.negative) out += '-';
  if (decimal.point > 0) {
    const int whole = std::min(decimal.count, decimal.point);
    out += Digits(decimal, 0, whole);
    out.append(static_cast<std::size_t>(decimal.point - whole), '0');
  } else {
    out += '0';
  }
  if (decimal.count > decimal.point) {
    out += '.';
    if (decimal.point < 0) out.append(static_cast<std::size_t>(-decimal.point), '0');
    out += Digits(decimal, std::max(decimal.point, 0), decimal.count);
  }
}

bool AppendNonFinite(double value, std::string& out) {
  if (std::isfinite(value)) return false;
  out += std::isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  return true;
}

// As strconv's %g: with shortest digits it decides between the forms as if the precision were 6.
void AppendGeneralForm(const Decimal& decimal, std::string& out) {
  constexpr int kLeastPlainExponent = -4;
  constexpr int kEndOfPlainExponents = 6;
  const int exponent = decimal.point - 1;
  if (exponent < kLeastPlainExponent || exponent >= kEndOfPlainExponents) {
    AppendExponentForm(decimal, 2, out);
  } else {
    AppendPlainForm(decimal, out);
  }
}

}  // namespace

void AppendInt(std::int64_t value, std::string& out) {
  std::array<char, kNumberBytes> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), value);
  out.append(text.data(), written.ptr);
}

void AppendUint(std::uint64_t value, std::string& out) {
  std::array<char, kNumberBytes> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), value);
  out.append(text.data(), written.ptr);
}

void AppendJsonFloat(double value, std::string& out) {
  constexpr double kLeastPlain = 1e-6;
  constexpr double kEndOfPlain = 1e21;
  if (AppendNonFinite(value, out)) return;
  const double magnitude = std::fabs(value);
  const Decimal decimal = ShortestDecimal(value);
  if (magnitude != 0 && (magnitude < kLeastPlain || magnitude >= kEndOfPlain)) {
    // Go cleans e-09 up to e-9; exponents from 21 on have two digits anyway.
    AppendExponentForm(decimal, 1, out);
  } else {
    AppendPlainForm(decimal, out);
  }
}

void AppendShortestFloat(double value, std::string& out) {
  if (!AppendNonFinite(value, out)) AppendGeneralForm(ShortestDecimal(value), out);
}

void AppendShortestFloat32(double value, std::string& out) {
  // Beyond the range of float the conversion rounds to infinity, as Go's does.
  constexpr double kFirstInfinite = 0x1.ffffffp127;
  if (std::fabs(value) >= kFirstInfinite) value = std::copysign(HUGE_VAL, value);
  if (AppendNonFinite(value, out)) return;
  AppendGeneralForm(ShortestDecimal(static_cast<float>(value)), out);
}

namespace {

// Index of the first character of `text` from `at` on that is no digit.
std::size_t SkipDigits(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  return at;
}

// Whether a non-zero decimal that std::from_chars could not represent is too large, not too small.
bool IsHuge(std::string_view mantissa, std::string_view exponent) {
  constexpr long kClamp = 1'000'000'000;
  long power = 0;
  const bool negative = !exponent.empty() && exponent.front() == '-';
  for (const char c : exponent) {
    if (c >= '0' && c <= '9' && power < kClamp) power = power * 10 + (c - '0');
  }
  if (negative) power = -power;
  const std::size_t dot = mantissa.find('.');
  const long whole = static_cast<long>(dot == std::string_view::npos ? mantissa.size() : dot);
  long leading = 0;  // Position of the first non-zero digit, the point not counted.
  for (const char c : mantissa) {
    if (c == '.') continue;
    if (c != '0') break;
    ++leading;
  }
  return whole - leading + power > 0;
}

}  // namespace

FloatRead ReadDecimalFloat(std::string_view text, double& value) {
  bool negative = false;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  std::size_t end = SkipDigits(text, 0);
  std::size_t digits = end;
  if (end < text.size() && text[end] == '.') {
    const std::size_t fraction = SkipDigits(text, end + 1);
    digits += fraction - end - 1;
    end = fraction;
  }
  if (digits == 0) return FloatRead::kSyntax;
  const std::string_view mantissa = text.substr(0, end);
  std::string_view exponent;
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    std::size_t start = end + 1;
    if (start < text.size() && (text[start] == '+' || text[start] == '-')) ++start;
    const std::size_t exponent_end = SkipDigits(text, start);
    if (exponent_end == start) return FloatRead::kSyntax;
    exponent = text.substr(end + 1, exponent_end - end - 1);
    end = exponent_end;
  }
  if (end != text.size()) return FloatRead::kSyntax;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec == std::errc::result_out_of_range) {
    if (IsHuge(mantissa, exponent)) return FloatRead::kOverflow;
    value = 0;
  }
  if (negative) value = -value;
  return FloatRead::kOk;
}

}  // namespace sidecar::yaml
