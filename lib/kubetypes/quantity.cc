#include "lib/kubetypes/quantity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace sidecar::kubetypes {
namespace {

constexpr std::int32_t kNano = -9;
constexpr std::int32_t kMaxInt64Factors = 18;  // Decimal digits that always fit int64.
constexpr std::string_view kMaxInt64Digits = "9223372036854775807";
constexpr std::string_view kSuffixChars = "eEinumkKMGTP";

struct Suffix {
  std::string_view text;
  std::int32_t exponent;
};
constexpr std::array<Suffix, 10> kDecimalSuffixes = {{{"n", -9},
                                                      {"u", -6},
                                                      {"m", -3},
                                                      {"", 0},
                                                      {"k", 3},
                                                      {"M", 6},
                                                      {"G", 9},
                                                      {"T", 12},
                                                      {"P", 15},
                                                      {"E", 18}}};
constexpr std::array<Suffix, 6> kBinarySuffixes = {
    {{"Ki", 10}, {"Mi", 20}, {"Gi", 30}, {"Ti", 40}, {"Pi", 50}, {"Ei", 60}}};

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

Error Invalid(std::string message) {
  return Error{ErrorCode::kInvalidArgument, std::move(message)};
}

Error FormatWrong() {
  return Invalid(
      "quantities must match the regular expression "
      "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
}

Error NotNumeric() {
  return Invalid("unable to parse numeric part of quantity");
}

Error BadSuffix() {
  return Invalid("unable to parse quantity's suffix");
}

// resource.parseQuantityString's answer.
struct Parts {
  bool positive = true;
  std::string_view number;  // Digits before the point, leading zeros gone, at least one.
  std::string_view fraction;
  std::string_view suffix;
  bool has_number = true;  // Some digit before or behind the point, or all that there is is zeros.
};

std::string_view TakeDigits(std::string_view& rest) {
  const auto end = std::find_if_not(rest.begin(), rest.end(), IsDigit);
  const std::string_view digits(rest.data(), static_cast<std::size_t>(end - rest.begin()));
  rest.remove_prefix(digits.size());
  return digits;
}

Result<Parts> Split(std::string_view text) {
  Parts parts;
  std::string_view rest = text;
  if (rest.starts_with('-') || rest.starts_with('+')) {
    parts.positive = rest.front() == '+';
    rest.remove_prefix(1);
  }
  const std::size_t before_zeros = rest.size();
  rest.remove_prefix(std::min(rest.find_first_not_of('0'), rest.size()));
  const bool had_zeros = rest.size() != before_zeros;
  parts.number = TakeDigits(rest);
  parts.has_number = had_zeros || !parts.number.empty() || rest.empty();
  if (parts.number.empty()) parts.number = "0";
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    parts.fraction = TakeDigits(rest);
    parts.has_number = parts.has_number || !parts.fraction.empty();
  }
  parts.suffix = rest;
  rest.remove_prefix(std::min(rest.find_first_not_of(kSuffixChars), rest.size()));
  if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
  TakeDigits(rest);
  if (!rest.empty()) return FormatWrong();
  return parts;
}

struct Scaling {
  std::int32_t exponent = 0;
  QuantityFormat format = QuantityFormat::kDecimalSi;
};

// suffixHandler.interpret.
std::optional<Scaling> Interpret(std::string_view suffix) {
  for (const Suffix& known : kDecimalSuffixes) {
    if (known.text == suffix) return Scaling{known.exponent, QuantityFormat::kDecimalSi};
  }
  for (const Suffix& known : kBinarySuffixes) {
    if (known.text == suffix) return Scaling{known.exponent, QuantityFormat::kBinarySi};
  }
  if (suffix.size() < 2 || (suffix[0] != 'e' && suffix[0] != 'E')) return std::nullopt;
  suffix.remove_prefix(1);
  if (suffix[0] == '+' && suffix.size() > 1 && IsDigit(suffix[1])) suffix.remove_prefix(1);
  std::int64_t exponent = 0;
  const auto [end, error] = std::from_chars(suffix.data(), suffix.data() + suffix.size(), exponent);
  if (error != std::errc() || end != suffix.data() + suffix.size()) return std::nullopt;
  return Scaling{static_cast<std::int32_t>(exponent), QuantityFormat::kDecimalExponent};
}

bool Multiply(std::int64_t one, std::int64_t other, std::int64_t& product) {
  return !__builtin_mul_overflow(one, other, &product);
}

void StripLeadingZeros(std::string& digits) {
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

void AddOne(std::string& digits) {
  for (std::size_t i = digits.size(); i-- > 0;) {
    if (digits[i] != '9') {
      ++digits[i];
      return;
    }
    digits[i] = '0';
  }
  digits.insert(digits.begin(), '1');
}

void MultiplyDigits(std::string& digits, unsigned factor) {
  constexpr unsigned kTen = 10;
  unsigned carry = 0;
  for (std::size_t i = digits.size(); i-- > 0;) {
    const unsigned product = static_cast<unsigned>(digits[i] - '0') * factor + carry;
    digits[i] = static_cast<char>('0' + product % kTen);
    carry = product / kTen;
  }
  for (; carry != 0; carry /= kTen) {
    digits.insert(digits.begin(), static_cast<char>('0' + carry % kTen));
  }
}

// Whether the integer that `digits` spells is larger than the other.
bool IsLarger(std::string_view digits, std::string_view other) {
  if (digits.size() != other.size()) return digits.size() > other.size();
  return digits > other;
}

// Drops what lies behind `kept` digits of the fraction, rounding away from zero.
void RoundUp(std::string& digits, std::int32_t& scale, std::int32_t kept) {
  if (scale <= kept) return;
  const auto dropped = static_cast<std::size_t>(scale - kept);
  bool lost = false;
  if (dropped >= digits.size()) {
    lost = digits.find_first_not_of('0') != std::string::npos;
    digits = "0";
  } else {
    lost = digits.find_first_not_of('0', digits.size() - dropped) != std::string::npos;
    digits.resize(digits.size() - dropped);
  }
  scale = kept;
  if (lost) AddOne(digits);
}

// ParseQuantity's way for what does not fit int64.
Quantity ParseLong(const Parts& parts, Scaling scaling) {
  constexpr unsigned kBinaryStep = 1024;
  constexpr std::int32_t kBinaryStepBits = 10;
  Quantity result;
  result.format = scaling.format;
  result.negative = !parts.positive;
  result.digits.append(parts.number).append(parts.fraction);
  StripLeadingZeros(result.digits);
  result.digits_scale = static_cast<std::int32_t>(parts.fraction.size());
  if (scaling.format == QuantityFormat::kBinarySi) {
    for (std::int32_t bits = 0; bits < scaling.exponent; bits += kBinaryStepBits) {
      MultiplyDigits(result.digits, kBinaryStep);
    }
  } else {
    const std::int64_t scale = std::int64_t{result.digits_scale} - scaling.exponent;
    result.digits_scale = static_cast<std::int32_t>(
        std::clamp<std::int64_t>(scale, std::numeric_limits<std::int32_t>::min() / 2,
                                 std::numeric_limits<std::int32_t>::max() / 2));
  }
  if (result.digits == "0") {
    result.negative = false;
    return result;
  }
  RoundUp(result.digits, result.digits_scale, -kNano);
  if (scaling.format != QuantityFormat::kBinarySi) return result;
  const std::size_t whole =
      result.digits.size() > static_cast<std::size_t>(result.digits_scale)
          ? result.digits.size() - static_cast<std::size_t>(result.digits_scale)
          : 0;
  std::string ceiling = result.digits;
  std::int32_t ceiling_scale = result.digits_scale;
  RoundUp(ceiling, ceiling_scale, 0);
  if (IsLarger(ceiling, kMaxInt64Digits)) {
    result.digits = kMaxInt64Digits;
    result.digits_scale = 0;
  } else if (whole == 0) {
    result.format = QuantityFormat::kDecimalSi;  // Less than one: avoids rounding to it.
  }
  return result;
}

// The suffix of 10^exponent, as suffixHandler.constructBytes; an exponent without a suffix of its
// own is written as such.
std::string DecimalSuffix(std::int32_t exponent, QuantityFormat format) {
  if (format == QuantityFormat::kDecimalSi) {
    for (const Suffix& known : kDecimalSuffixes) {
      if (known.exponent == exponent) return std::string(known.text);
    }
  }
  return exponent == 0 ? std::string() : "e" + std::to_string(exponent);
}

std::string CanonicalDecimal(std::string digits, std::int32_t exponent, QuantityFormat format) {
  const std::size_t last = digits.find_last_not_of('0');
  exponent += static_cast<std::int32_t>(digits.size() - last - 1);
  digits.resize(last + 1);
  constexpr std::int32_t kSuffixStep = 3;
  const std::int32_t excess = ((exponent % kSuffixStep) + kSuffixStep) % kSuffixStep;
  digits.append(static_cast<std::size_t>(excess), '0');
  return digits + DecimalSuffix(exponent - excess, format);
}

std::string CanonicalBinary(std::uint64_t amount) {
  constexpr std::uint64_t kStep = 1024;
  std::size_t times = 0;
  while (amount % kStep == 0) {
    amount /= kStep;
    ++times;
  }
  std::string text = std::to_string(amount);
  if (times > 0) text += kBinarySuffixes[times - 1].text;
  return text;
}

std::string Magnitude(std::int64_t value) {
  std::string digits = std::to_string(value);
  if (value < 0) digits.erase(0, 1);
  return digits;
}

// The amount as digits and how many of them are behind the point; negative: zeros follow.
std::pair<std::string, std::int64_t> AsDecimal(const Quantity& quantity) {
  if (!quantity.digits.empty()) return {quantity.digits, quantity.digits_scale};
  return {Magnitude(quantity.value), -std::int64_t{quantity.scale}};
}

// The amount where it is an integer below 2^63.
std::optional<std::uint64_t> ExactInteger(const Quantity& quantity) {
  auto [digits, scale] = AsDecimal(quantity);
  while (scale > 0 && digits.size() > 1 && digits.back() == '0') {
    digits.pop_back();
    --scale;
  }
  if (scale > 0 || digits.size() - static_cast<std::size_t>(std::max<std::int64_t>(scale, -64)) >
                       kMaxInt64Digits.size() + 64) {
    return std::nullopt;
  }
  if (-scale > std::int64_t{kMaxInt64Factors}) return std::nullopt;
  digits.append(static_cast<std::size_t>(-scale), '0');
  if (IsLarger(digits, kMaxInt64Digits)) return std::nullopt;
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

// Whether ParseQuantity keeps the text of a number that fits int64.
bool IsCanonical(Scaling scaling, std::int64_t value, std::int64_t scale, std::string_view digits) {
  if (scaling.format == QuantityFormat::kBinarySi) {
    return scaling.exponent % 10 == 0 && (value & 7) != 0;
  }
  return scale % 3 == 0 && !digits.ends_with("000") && digits.front() != '0';
}

}  // namespace

std::string_view ToString(QuantityFormat format) {
  switch (format) {
    case QuantityFormat::kDecimalExponent: return "DecimalExponent";
    case QuantityFormat::kBinarySi: return "BinarySI";
    case QuantityFormat::kDecimalSi: return "DecimalSI";
    case QuantityFormat::kNone: break;
  }
  return "";
}

QuantityFormat QuantityFormatFrom(std::string_view name) {
  for (const QuantityFormat format :
       {QuantityFormat::kDecimalExponent, QuantityFormat::kBinarySi, QuantityFormat::kDecimalSi}) {
    if (ToString(format) == name) return format;
  }
  return QuantityFormat::kNone;
}

bool Quantity::IsZero() const {
  return digits.empty() ? value == 0 : digits.find_first_not_of('0') == std::string::npos;
}

int Quantity::Sign() const {
  if (IsZero()) return 0;
  return (digits.empty() ? value < 0 : negative) ? -1 : 1;
}

std::string Quantity::String() const {
  constexpr std::uint64_t kSmallestBinary = 1024;
  if (!text.empty()) return text;
  if (IsZero()) return "0";
  const std::string sign = Sign() < 0 ? "-" : "";
  if (format == QuantityFormat::kBinarySi) {
    const std::optional<std::uint64_t> exact = ExactInteger(*this);
    if (exact && *exact >= kSmallestBinary) return sign + CanonicalBinary(*exact);
  }
  const QuantityFormat shown =
      format == QuantityFormat::kBinarySi || format == QuantityFormat::kDecimalSi
          ? QuantityFormat::kDecimalSi
          : QuantityFormat::kDecimalExponent;
  const auto [amount, fraction] = AsDecimal(*this);
  return sign + CanonicalDecimal(amount, static_cast<std::int32_t>(-fraction), shown);
}

std::int64_t Quantity::ScaledValue(std::int32_t at_scale) const {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  auto [amount, fraction] = AsDecimal(*this);
  if (IsZero()) return 0;
  const std::int64_t wanted = fraction + at_scale;
  if (wanted > 0) {
    auto dropped = static_cast<std::int32_t>(
        std::min<std::int64_t>(wanted, std::numeric_limits<std::int32_t>::max()));
    RoundUp(amount, dropped, 0);
  } else if (-wanted > std::int64_t{kMaxInt64Factors} + 1) {
    return Sign() * kMax;
  } else {
    amount.append(static_cast<std::size_t>(-wanted), '0');
  }
  StripLeadingZeros(amount);
  if (IsLarger(amount, kMaxInt64Digits)) return Sign() * kMax;
  std::int64_t result = 0;
  std::from_chars(amount.data(), amount.data() + amount.size(), result);
  return Sign() * result;
}

Quantity Quantity::RoundedUp(std::int32_t at_scale) const {
  auto [amount, fraction] = AsDecimal(*this);
  if (fraction <= -std::int64_t{at_scale}) return *this;
  Quantity result;
  result.format = format;
  result.negative = Sign() < 0;
  result.digits_scale = static_cast<std::int32_t>(fraction);
  RoundUp(amount, result.digits_scale, -at_scale);
  result.digits = amount;
  return result;
}

double Quantity::AsApproximateFloat64() const {
  const auto [amount, fraction] = AsDecimal(*this);
  double base = 0;
  std::from_chars(amount.data(), amount.data() + amount.size(), base);
  if (Sign() < 0) base = -base;
  return fraction == 0 ? base : base * std::pow(10.0, static_cast<double>(-fraction));
}

Result<Quantity> ParseQuantity(std::string_view text) {
  if (text.empty()) return FormatWrong();
  Quantity result;
  result.format = QuantityFormat::kDecimalSi;
  if (text == "0") {
    result.text = text;
    return result;
  }
  ASSIGN_OR_RETURN(const Parts parts, Split(text));
  const std::optional<Scaling> scaling = Interpret(parts.suffix);
  if (!scaling) return BadSuffix();
  const auto number_size =
      static_cast<std::int32_t>(std::min<std::size_t>(parts.number.size(), 1000));
  const auto fraction_size =
      static_cast<std::int32_t>(std::min<std::size_t>(parts.fraction.size(), 1000));

  std::int64_t factor = 1;
  std::int64_t scale = 0;
  std::int32_t precision = -1;
  const bool binary = scaling->format == QuantityFormat::kBinarySi;
  if (!binary) {
    scale = scaling->exponent;
    precision = kMaxInt64Factors - number_size - fraction_size;
  } else if (parts.fraction.empty()) {
    constexpr std::int32_t kDoublePrecision = 15;
    factor = std::int64_t{1} << static_cast<unsigned>(scaling->exponent);
    precision = kDoublePrecision - number_size - scaling->exponent * 3 / 10 - 1;
  }
  scale -= fraction_size;
  if (precision >= 0 && scale >= kNano) {
    const std::string shifted = std::string(parts.number).append(parts.fraction);
    std::int64_t value = 0;
    std::from_chars(shifted.data(), shifted.data() + shifted.size(), value);
    std::int64_t product = 0;
    if (Multiply(value, factor, product)) {
      result.value = parts.positive ? product : -product;
      result.scale = static_cast<std::int32_t>(scale);
      result.format = scaling->format;
      if (IsCanonical(*scaling, value, scale, shifted)) result.text = text;
      return result;
    }
  }
  if (!parts.has_number) return NotNumeric();
  return ParseLong(parts, *scaling);
}

int Compare(const Quantity& one, const Quantity& other) {
  if (one.Sign() != other.Sign()) return one.Sign() < other.Sign() ? -1 : 1;
  auto [digits, scale] = AsDecimal(one);
  auto [other_digits, other_scale] = AsDecimal(other);
  StripLeadingZeros(digits);
  StripLeadingZeros(other_digits);
  // Compares the magnitudes by the position of the first digit, then digit by digit.
  const std::int64_t top = static_cast<std::int64_t>(digits.size()) - scale;
  const std::int64_t other_top = static_cast<std::int64_t>(other_digits.size()) - other_scale;
  int order = 0;
  if (one.Sign() == 0) return 0;
  if (top != other_top) {
    order = top < other_top ? -1 : 1;
  } else {
    const std::size_t size = std::max(digits.size(), other_digits.size());
    digits.resize(size, '0');
    other_digits.resize(size, '0');
    order = digits.compare(other_digits);
  }
  order = order < 0 ? -1 : static_cast<int>(order > 0);
  return one.Sign() * order;
}

}  // namespace sidecar::kubetypes
