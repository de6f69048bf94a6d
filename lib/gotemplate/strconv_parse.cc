#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "lib/base/ascii.h"
#include "lib/gotemplate/strconv.h"

namespace sidecar::gotemplate {
namespace {

constexpr int kMaxBase = 36;
constexpr int kIntSize = 64;

char Lower(char letter) {
  return static_cast<char>(letter | ('x' - 'X'));
}

bool IsDecimal(char digit) {
  return digit >= '0' && digit <= '9';
}

bool IsBasePrefix(char letter) {
  const char lower = Lower(letter);
  return lower == 'b' || lower == 'o' || lower == 'x';
}

// strconv.underscoreOK: underscores part digits, or a base prefix from the first digit.
bool UnderscoresAreWellPlaced(std::string_view text) {
  char previous = '^';  // What was last seen: '0' a digit, '_', '!' anything else, '^' nothing.
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  bool hex = false;
  if (text.size() >= 2 && text[0] == '0' && IsBasePrefix(text[1])) {
    previous = '0';
    hex = Lower(text[1]) == 'x';
    text.remove_prefix(2);
  }
  for (const char c : text) {
    const bool is_digit = IsDecimal(c) || (hex && Lower(c) >= 'a' && Lower(c) <= 'f');
    if (is_digit) {
      previous = '0';
    } else if (c == '_') {
      if (previous != '0') return false;
      previous = '_';
    } else {
      if (previous == '_') return false;
      previous = '!';
    }
  }
  return previous != '_';
}

struct Based {
  int base;
  std::string_view digits;
};

// The base that a literal's prefix names, and what follows the prefix.
Based TakePrefix(std::string_view text) {
  if (text[0] != '0') return {10, text};
  if (text.size() >= 3) {
    switch (Lower(text[1])) {
      case 'b': return {2, text.substr(2)};
      case 'o': return {8, text.substr(2)};
      case 'x': return {16, text.substr(2)};
      default: break;
    }
  }
  return {8, text.substr(1)};
}

int DigitValue(char c) {
  if (IsDecimal(c)) return c - '0';
  const char lower = Lower(c);
  if (lower >= 'a' && lower <= 'z') return lower - 'a' + 10;
  return kMaxBase;
}

// strconv.special: infinities and NaN, sign included.
std::optional<double> ParseSpecialFloat(std::string_view text) {
  const bool has_sign = text[0] == '+' || text[0] == '-';
  const std::string_view word = text.substr(has_sign ? 1 : 0);
  if (EqualsIgnoringCase(word, "inf") || EqualsIgnoringCase(word, "infinity")) {
    const double infinity = std::numeric_limits<double>::infinity();
    return text[0] == '-' ? -infinity : infinity;
  }
  if (EqualsIgnoringCase(text, "nan")) return std::numeric_limits<double>::quiet_NaN();
  return std::nullopt;
}

// A floating-point literal in parts, of the shape that strconv.readFloat accepts.
struct FloatLiteral {
  bool negative = false;
  bool hex = false;
  std::string mantissa;        // Digits and at most one point; no underscores.
  std::int64_t exponent = 0;   // As written: of ten, or of two for hexadecimal.
  std::int64_t magnitude = 0;  // Decimal only: the value is below ten to this power.
  bool zero = true;            // No digit but 0.
};

bool IsMantissaDigit(const FloatLiteral& literal, char c) {
  return IsDecimal(c) || (literal.hex && Lower(c) >= 'a' && Lower(c) <= 'f');
}

// Digits from the first that is not 0 up to the point, less the zeros that follow the point.
void CountMagnitude(FloatLiteral& literal, bool after_point) {
  if (!literal.zero && !after_point) ++literal.magnitude;
  if (literal.zero && after_point) --literal.magnitude;
}

// Takes the digits, point and underscores off the text. False: no digits, or two points.
bool TakeMantissa(std::string_view& text, FloatLiteral& literal) {
  bool saw_point = false;
  bool saw_digit = false;
  for (; !text.empty(); text.remove_prefix(1)) {
    const char c = text[0];
    if (c == '_') continue;
    if (c == '.') {
      if (saw_point) return false;
      saw_point = true;
    } else if (IsMantissaDigit(literal, c)) {
      saw_digit = true;
      if (c != '0') literal.zero = false;
      CountMagnitude(literal, saw_point);
    } else {
      break;
    }
    literal.mantissa.push_back(c);
  }
  return saw_digit;
}

// Takes the exponent, if there is one, off the text.
bool TakeExponent(std::string_view& text, FloatLiteral& literal) {
  constexpr std::int64_t kHuge = 10000;  // Enough to overflow whatever the mantissa is; Go's limit.
  const char marker = literal.hex ? 'p' : 'e';
  if (text.empty() || Lower(text[0]) != marker) return !literal.hex;
  text.remove_prefix(1);
  bool negative = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text.empty() || !IsDecimal(text[0])) return false;
  for (; !text.empty() && (IsDecimal(text[0]) || text[0] == '_'); text.remove_prefix(1)) {
    if (text[0] != '_' && literal.exponent < kHuge) {
      literal.exponent = literal.exponent * 10 + (text[0] - '0');
    }
  }
  if (negative) literal.exponent = -literal.exponent;
  return true;
}

std::optional<FloatLiteral> ReadFloat(std::string_view text) {
  FloatLiteral literal;
  const bool has_underscores = text.find('_') != std::string_view::npos;
  if (has_underscores && !UnderscoresAreWellPlaced(text)) return std::nullopt;
  if (text[0] == '+' || text[0] == '-') {
    literal.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text.size() >= 2 && text[0] == '0' && Lower(text[1]) == 'x') {
    literal.hex = true;
    text.remove_prefix(2);
  }
  if (!TakeMantissa(text, literal) || !TakeExponent(text, literal) || !text.empty()) {
    return std::nullopt;
  }
  return literal;
}

template <class Float>
Parsed<double> DecimalValue(const FloatLiteral& literal) {
  // The mantissa's own digits may outweigh any exponent, so they are given to from_chars as read.
  std::string text = literal.mantissa;
  text += 'e';
  AppendInt(text, literal.exponent);
  Float value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    // Reported of overflow and of underflow; Go calls only the first an error.
    if (literal.magnitude + literal.exponent <= 0) return {0.0};
    return {std::numeric_limits<double>::infinity(), NumberError::kRange};
  }
  if (error != std::errc()) return {0.0, NumberError::kSyntax};
  if (std::isinf(value)) return {value, NumberError::kRange};
  return {value};
}

// A binary number of 64 bits that may have lost bits below the last.
struct HexMantissa {
  std::uint64_t bits = 0;
  std::int64_t exponent = 0;  // Of two.
  bool sticky = false;        // Whether bits that were not all zero were lost.
};

HexMantissa ReadHexMantissa(const FloatLiteral& literal) {
  constexpr std::uint64_t kFull = std::uint64_t{1} << 60U;  // No room for one more digit.
  constexpr int kDigitBits = 4;
  HexMantissa mantissa{.exponent = literal.exponent};
  bool after_point = false;
  for (const char c : literal.mantissa) {
    if (c == '.') {
      after_point = true;
      continue;
    }
    const auto digit = static_cast<std::uint64_t>(DigitValue(c));
    if (mantissa.bits < kFull) {
      mantissa.bits = (mantissa.bits << kDigitBits) + digit;
      if (after_point) mantissa.exponent -= kDigitBits;
    } else {
      mantissa.sticky = mantissa.sticky || digit != 0;
      if (!after_point) mantissa.exponent += kDigitBits;
    }
  }
  return mantissa;
}

// strconv.atofHex: the mantissa rounded to the nearest even that the type can hold.
template <class Float>
Parsed<double> HexValue(const FloatLiteral& literal) {
  constexpr int kMantissaBits = std::numeric_limits<Float>::digits;
  constexpr int kMinExponent = std::numeric_limits<Float>::min_exponent - kMantissaBits;
  auto [mantissa, exponent, sticky] = ReadHexMantissa(literal);
  if (mantissa == 0) return {0.0};
  // Down to the type's precision, or further where the value is subnormal.
  bool half = false;
  while ((mantissa >> static_cast<unsigned>(kMantissaBits)) != 0 || exponent < kMinExponent) {
    sticky = sticky || half;
    half = (mantissa & 1U) != 0;
    mantissa >>= 1U;
    ++exponent;
    if (mantissa == 0 && !half) return {0.0};
  }
  if (half && (sticky || (mantissa & 1U) != 0)) ++mantissa;
  exponent = std::clamp<std::int64_t>(exponent, -1000000, 1000000);
  const double value = std::ldexp(static_cast<double>(mantissa), static_cast<int>(exponent));
  if (value > static_cast<double>(std::numeric_limits<Float>::max())) {
    return {std::numeric_limits<double>::infinity(), NumberError::kRange};
  }
  return {value};
}

template <class Float>
Parsed<double> ValueOf(const FloatLiteral& literal) {
  return literal.hex ? HexValue<Float>(literal) : DecimalValue<Float>(literal);
}

}  // namespace

Parsed<std::uint64_t> ParseUint(std::string_view text, int base, int bit_size) {
  if (text.empty()) return {0, NumberError::kSyntax};
  const bool literal = base == 0;
  std::string_view digits = text;
  if (literal) {
    const Based based = TakePrefix(text);
    base = based.base;
    digits = based.digits;
  } else if (base < 2 || base > kMaxBase) {
    return {0, NumberError::kBase};
  }
  if (bit_size == 0) bit_size = kIntSize;
  if (bit_size < 0 || bit_size > kIntSize) return {0, NumberError::kBitSize};

  const std::uint64_t max = ~std::uint64_t{0} >> static_cast<unsigned>(kIntSize - bit_size);
  const auto radix = static_cast<std::uint64_t>(base);
  std::uint64_t value = 0;
  bool saw_underscore = false;
  for (const char c : digits) {
    if (c == '_' && literal) {
      saw_underscore = true;
      continue;
    }
    const int digit = DigitValue(c);
    if (digit >= base) return {0, NumberError::kSyntax};
    const auto units = static_cast<std::uint64_t>(digit);
    if (units > max || value > (max - units) / radix) return {max, NumberError::kRange};
    value = value * radix + units;
  }
  if (saw_underscore && !UnderscoresAreWellPlaced(text)) return {0, NumberError::kSyntax};
  return {value};
}

Parsed<std::int64_t> ParseInt(std::string_view text, int base, int bit_size) {
  if (text.empty()) return {0, NumberError::kSyntax};
  const bool negative = text[0] == '-';
  if (negative || text[0] == '+') text.remove_prefix(1);
  const Parsed<std::uint64_t> magnitude = ParseUint(text, base, bit_size);
  if (!magnitude.ok() && magnitude.error != NumberError::kRange) return {0, magnitude.error};

  if (bit_size == 0) bit_size = kIntSize;
  const std::uint64_t cutoff = std::uint64_t{1} << static_cast<unsigned>(bit_size - 1);
  if (!negative && magnitude.value >= cutoff) {
    return {static_cast<std::int64_t>(cutoff - 1), NumberError::kRange};
  }
  if (negative && magnitude.value > cutoff) {
    return {static_cast<std::int64_t>(-cutoff), NumberError::kRange};
  }
  return {static_cast<std::int64_t>(negative ? -magnitude.value : magnitude.value)};
}

Parsed<double> ParseFloat(std::string_view text, int bit_size) {
  if (text.empty()) return {0.0, NumberError::kSyntax};
  if (const std::optional<double> special = ParseSpecialFloat(text)) return {*special};
  const std::optional<FloatLiteral> literal = ReadFloat(text);
  if (!literal) return {0.0, NumberError::kSyntax};
  Parsed<double> parsed = bit_size == 32 ? ValueOf<float>(*literal) : ValueOf<double>(*literal);
  if (literal->negative) parsed.value = -parsed.value;
  return parsed;
}

Parsed<bool> ParseBool(std::string_view text) {
  constexpr std::array<std::string_view, 6> kTrue = {"1", "t", "T", "TRUE", "true", "True"};
  constexpr std::array<std::string_view, 6> kFalse = {"0", "f", "F", "FALSE", "false", "False"};
  if (std::find(kTrue.begin(), kTrue.end(), text) != kTrue.end()) return {true};
  if (std::find(kFalse.begin(), kFalse.end(), text) != kFalse.end()) return {false};
  return {false, NumberError::kSyntax};
}

std::string NumberErrorText(std::string_view function, std::string_view text, NumberError error,
                            int argument) {
  std::string message = "strconv.";
  message += function;
  message += ": parsing ";
  AppendQuote(message, text);
  switch (error) {
    case NumberError::kNone:
    case NumberError::kSyntax: message += ": invalid syntax"; break;
    case NumberError::kRange: message += ": value out of range"; break;
    case NumberError::kBase: message += ": invalid base " + std::to_string(argument); break;
    case NumberError::kBitSize: message += ": invalid bit size " + std::to_string(argument); break;
  }
  return message;
}

}  // namespace sidecar::gotemplate
