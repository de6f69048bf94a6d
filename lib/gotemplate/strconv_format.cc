#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "lib/gotemplate/strconv.h"

namespace sidecar::gotemplate {
namespace {

// An IEEE double has at most 767 significant digits, and at most 1074 after the point. More are
// zeros, which are written without computing them.
constexpr int kMaxDigits = 800;
constexpr int kMaxDecimals = 1100;
constexpr std::size_t kFixedSize = 310 + kMaxDecimals + 8;

// A decimal number as Go's strconv sees it: 0.d1d2d3... times ten to `point`, no trailing zeros.
// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): only what is written is read.
struct Decimal {
  std::array<char, kMaxDigits + 16> digits;
  int size = 0;
  int point = 0;
};

// From the text that to_chars gives: "d.ddde+XX".
void ReadScientific(Decimal& decimal, const char* text, const char* end) {
  decimal.size = 0;
  const char* at = text;
  for (; at != end && *at != 'e'; ++at) {
    if (*at != '.') decimal.digits[static_cast<std::size_t>(decimal.size++)] = *at;
  }
  int exponent = 0;
  if (at != end) {
    ++at;
    if (at != end && *at == '+') ++at;  // from_chars takes no plus sign.
    std::from_chars(at, end, exponent);
  }
  decimal.point = exponent + 1;
  while (decimal.size > 0 && decimal.digits[static_cast<std::size_t>(decimal.size - 1)] == '0') {
    --decimal.size;
  }
  if (decimal.size == 0) decimal.point = 0;
}

// The digits of a positive value: the shortest, or `count` of them, correctly rounded.
void FindShortest(Decimal& decimal, double value, int bit_size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): only what is written is read.
  std::array<char, 64> text;
  const auto result =
      bit_size == 32
          ? std::to_chars(text.begin(), text.end(), static_cast<float>(value),
                          std::chars_format::scientific)
          : std::to_chars(text.begin(), text.end(), value, std::chars_format::scientific);
  ReadScientific(decimal, text.data(), result.ptr);
}

void FindDigits(Decimal& decimal, double value, int count) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): only what is written is read.
  std::array<char, kMaxDigits + 16> text;
  const int after_point = std::clamp(count, 1, kMaxDigits) - 1;
  const auto result =
      std::to_chars(text.begin(), text.end(), value, std::chars_format::scientific, after_point);
  ReadScientific(decimal, text.data(), result.ptr);
}

void AppendZeros(std::string& out, int count) {
  if (count > 0) out.append(static_cast<std::size_t>(count), '0');
}

void AppendDigits(std::string& out, const Decimal& decimal, int from, int to) {
  const int available = std::min(to, decimal.size);
  if (from < available) {
    out.append(decimal.digits.data() + from, static_cast<std::size_t>(available - from));
  }
  AppendZeros(out, to - std::max(from, available));
}

void AppendExponent(std::string& out, char marker, int exponent) {
  out.push_back(marker);
  out.push_back(exponent < 0 ? '-' : '+');
  exponent = std::abs(exponent);
  if (exponent < 10) out.push_back('0');
  AppendInt(out, exponent);
}

// strconv.fmtE: d.ddde±dd, `precision` digits after the point.
void AppendScientific(std::string& out, const Decimal& decimal, int precision, char marker) {
  out.push_back(decimal.size > 0 ? decimal.digits[0] : '0');
  if (precision > 0) {
    out.push_back('.');
    AppendDigits(out, decimal, 1, precision + 1);
  }
  AppendExponent(out, marker, decimal.size == 0 ? 0 : decimal.point - 1);
}

// strconv.fmtF: ddd.ddd, `precision` digits after the point.
void AppendPositional(std::string& out, const Decimal& decimal, int precision) {
  if (decimal.point > 0) {
    AppendDigits(out, decimal, 0, decimal.point);
  } else {
    out.push_back('0');
  }
  if (precision <= 0) return;
  out.push_back('.');
  const int zeros = std::min(precision, std::max(0, -decimal.point));
  AppendZeros(out, zeros);
  const int from = std::max(0, decimal.point);
  AppendDigits(out, decimal, from, from + precision - zeros);
}

void AppendFixed(std::string& out, double value, int precision) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): only what is written is read.
  std::array<char, kFixedSize> text;
  const int computed = std::min(precision, kMaxDecimals);
  const auto result =
      std::to_chars(text.begin(), text.end(), value, std::chars_format::fixed, computed);
  out.append(text.data(), result.ptr);
  AppendZeros(out, precision - computed);
}

// %g: positional unless the exponent is below -4 or beyond the precision (6 for the shortest).
void AppendGeneral(std::string& out, const Decimal& decimal, const FloatFormat& format) {
  const bool shortest = format.precision < 0;
  int precision = shortest ? decimal.size : std::max(format.precision, 1);
  int limit = precision;
  if (limit > decimal.size && decimal.size >= decimal.point) limit = decimal.size;
  if (shortest) limit = 6;
  const int exponent = decimal.point - 1;
  if (exponent < -4 || exponent >= limit) {
    const char marker = format.verb == 'G' ? 'E' : 'e';
    AppendScientific(out, decimal, std::min(precision, decimal.size) - 1, marker);
    return;
  }
  if (precision > decimal.point) precision = decimal.size;
  AppendPositional(out, decimal, std::max(precision - decimal.point, 0));
}

struct Binary {
  std::uint64_t mantissa;
  int exponent;  // The value is mantissa times two to this.
  int mantissa_bits;
};

Binary Split(double value, int bit_size) {
  if (bit_size == 32) {
    const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(value));
    const int biased = static_cast<int>((bits >> 23U) & 0xFFU);
    const std::uint64_t fraction = bits & 0x7FFFFFU;
    if (biased == 0) return {fraction, 1 - 127 - 23, 23};
    return {fraction | (1U << 23U), biased - 127 - 23, 23};
  }
  const auto bits = std::bit_cast<std::uint64_t>(value);
  const int biased = static_cast<int>((bits >> 52U) & 0x7FFU);
  const std::uint64_t fraction = bits & ((std::uint64_t{1} << 52U) - 1);
  if (biased == 0) return {fraction, 1 - 1023 - 52, 52};
  return {fraction | (std::uint64_t{1} << 52U), biased - 1023 - 52, 52};
}

// strconv.fmtB: 4503599627370496p-52.
void AppendBinary(std::string& out, const Binary& binary) {
  AppendUint(out, binary.mantissa);
  out.push_back('p');
  if (binary.exponent >= 0) out.push_back('+');
  AppendInt(out, binary.exponent);
}

// Bits of a hexadecimal mantissa: one before the point, fifteen digits after it.
constexpr unsigned kPointBit = 60;
constexpr int kMaxHexDigits = 15;

// Rounds to `precision` digits after the point, to even where two are as near.
void RoundHexadecimal(std::uint64_t& mantissa, int& exponent, int precision) {
  const auto kept_bits = static_cast<unsigned>(precision * 4);
  const std::uint64_t extra = (mantissa << kept_bits) & ((std::uint64_t{1} << kPointBit) - 1);
  constexpr std::uint64_t kHalf = std::uint64_t{1} << (kPointBit - 1);
  mantissa >>= kPointBit - kept_bits;
  if (extra > kHalf || (extra == kHalf && (mantissa & 1U) != 0)) ++mantissa;
  mantissa <<= kPointBit - kept_bits;
  if ((mantissa >> (kPointBit + 1)) != 0) {
    mantissa >>= 1U;
    ++exponent;
  }
}

// strconv.fmtX: 0x1.8p+01, `precision` digits after the point or as many as it takes.
void AppendHexadecimal(std::string& out, const Binary& binary, int precision, bool upper) {
  std::uint64_t mantissa = binary.mantissa;
  int exponent = mantissa == 0 ? 0 : binary.exponent + binary.mantissa_bits;
  mantissa <<= kPointBit - static_cast<unsigned>(binary.mantissa_bits);
  while (mantissa != 0 && (mantissa >> kPointBit) == 0) {
    mantissa <<= 1U;
    --exponent;
  }
  if (precision >= 0 && precision < kMaxHexDigits) {
    RoundHexadecimal(mantissa, exponent, precision);
  }
  const std::string_view hex_digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  out += upper ? "0X" : "0x";
  out.push_back((mantissa >> kPointBit) != 0 ? '1' : '0');
  mantissa <<= 4U;  // The bit before the point falls off.
  if (precision < 0 ? mantissa != 0 : precision > 0) {
    out.push_back('.');
    for (int i = 0; precision < 0 ? mantissa != 0 : i < std::min(precision, kMaxHexDigits); ++i) {
      out.push_back(hex_digits[mantissa >> kPointBit & 0xFU]);
      mantissa <<= 4U;
    }
    AppendZeros(out, precision - kMaxHexDigits);
  }
  AppendExponent(out, upper ? 'P' : 'p', exponent);
}

void AppendFinite(std::string& out, double value, const FloatFormat& format) {
  Decimal decimal;
  const bool shortest = format.precision < 0;
  switch (format.verb) {
    case 'b': AppendBinary(out, Split(value, format.bit_size)); return;
    case 'x':
    case 'X':
      AppendHexadecimal(out, Split(value, format.bit_size), format.precision, format.verb == 'X');
      return;
    case 'e':
    case 'E':
      if (shortest) {
        FindShortest(decimal, value, format.bit_size);
      } else {
        FindDigits(decimal, value, std::min(format.precision, kMaxDigits) + 1);
      }
      AppendScientific(out, decimal, shortest ? decimal.size - 1 : format.precision, format.verb);
      return;
    case 'f':
      if (!shortest) {
        AppendFixed(out, value, format.precision);
        return;
      }
      FindShortest(decimal, value, format.bit_size);
      AppendPositional(out, decimal, std::max(decimal.size - decimal.point, 0));
      return;
    default: break;
  }
  if (shortest) {
    FindShortest(decimal, value, format.bit_size);
  } else {
    FindDigits(decimal, value, std::max(format.precision, 1));
  }
  AppendGeneral(out, decimal, format);
}

}  // namespace

void AppendInt(std::string& out, std::int64_t value, int base) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): only what is written is read.
  std::array<char, 66> text;
  const auto result = std::to_chars(text.begin(), text.end(), value, base);
  out.append(text.data(), result.ptr);
}

void AppendUint(std::string& out, std::uint64_t value, int base) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): only what is written is read.
  std::array<char, 66> text;
  const auto result = std::to_chars(text.begin(), text.end(), value, base);
  out.append(text.data(), result.ptr);
}

void AppendFloat(std::string& out, double value, FloatFormat format) {
  if (std::isnan(value)) {
    out += "NaN";
    return;
  }
  if (std::isinf(value)) {
    out += value < 0 ? "-Inf" : "+Inf";
    return;
  }
  constexpr std::string_view kVerbs = "beEfgGxX";
  if (kVerbs.find(format.verb) == std::string_view::npos) {
    out.push_back('%');
    out.push_back(format.verb);
    return;
  }
  if (std::signbit(value)) out.push_back('-');
  AppendFinite(out, std::fabs(value), format);
}

std::string FormatInt(std::int64_t value, int base) {
  std::string text;
  AppendInt(text, value, base);
  return text;
}

std::string FormatFloat(double value, char verb, int precision, int bit_size) {
  std::string text;
  AppendFloat(text, value, {verb, precision, bit_size});
  return text;
}

}  // namespace sidecar::gotemplate
