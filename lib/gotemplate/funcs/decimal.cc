#include "lib/gotemplate/funcs/decimal.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "lib/gotemplate/strconv.h"
#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate::funcs {
namespace {

// A product of floats has some 300 digits for each factor. A template that wants more is after
// something else.
constexpr int kMostDigits = 20'000;

constexpr int kDivisionPlaces = 16;

boost::multiprecision::cpp_int PowerOfTen(int exponent) {
  if (exponent > kMostDigits) throw FunctionError("decimal number has too many digits");
  return boost::multiprecision::pow(boost::multiprecision::cpp_int(10),
                                    static_cast<unsigned>(exponent));
}

}  // namespace

Decimal::Decimal(double value) {
  if (!std::isfinite(value)) {
    throw FunctionError("Cannot create a Decimal from " + FormatFloat(value, 'g', -1, 64));
  }
  // "-d.ddde±dd"
  std::string text = FormatFloat(value, 'e', -1, 64);
  const std::size_t mark = text.find('e');
  exponent_ = std::stoi(text.substr(mark + 1));
  text.resize(mark);
  if (const std::size_t point = text.find('.'); point != std::string::npos) {
    exponent_ -= static_cast<int>(text.size() - point - 1);
    text.erase(point, 1);
  }
  digits_ = std::stoll(text);
}

Decimal::Decimal(Integer digits, int exponent) : digits_(std::move(digits)), exponent_(exponent) {
  constexpr std::size_t kMostBits = kMostDigits * 10 / 3;  // Ten bits for three digits.
  const bool too_long = digits_ != 0 && boost::multiprecision::msb(abs(digits_)) > kMostBits;
  if (too_long || std::abs(exponent_) > kMostDigits) {
    throw FunctionError("decimal number has too many digits");
  }
}

Decimal::Integer Decimal::DigitsAt(int exponent) const {
  return digits_ * PowerOfTen(exponent_ - exponent);
}

Decimal Decimal::Add(const Decimal& other) const {
  const int exponent = std::min(exponent_, other.exponent_);
  return {DigitsAt(exponent) + other.DigitsAt(exponent), exponent};
}

Decimal Decimal::Subtract(const Decimal& other) const {
  const int exponent = std::min(exponent_, other.exponent_);
  return {DigitsAt(exponent) - other.DigitsAt(exponent), exponent};
}

Decimal Decimal::Multiply(const Decimal& other) const {
  return {digits_ * other.digits_, exponent_ + other.exponent_};
}

Decimal Decimal::Divide(const Decimal& other) const {
  if (other.digits_ == 0) throw FunctionError("decimal division by 0");
  Integer dividend = digits_;
  Integer divisor = other.digits_;
  const int scale = exponent_ - other.exponent_ + kDivisionPlaces;
  (scale < 0 ? divisor : dividend) *= PowerOfTen(std::abs(scale));
  Integer quotient;
  Integer remainder;
  boost::multiprecision::divide_qr(dividend, divisor, quotient, remainder);
  if (2 * abs(remainder) >= abs(divisor)) {
    quotient += (dividend < 0) == (divisor < 0) ? 1 : -1;
  }
  return {std::move(quotient), -kDivisionPlaces};
}

double Decimal::ToFloat() const {
  const std::string text = digits_.str() + "e" + std::to_string(exponent_);
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec == std::errc()) return value;
  const int magnitude = static_cast<int>(digits_.str().size()) + exponent_;
  value = magnitude > 0 ? std::numeric_limits<double>::infinity() : 0.0;
  return digits_ < 0 ? -value : value;
}

std::size_t Decimal::Bits() const {
  constexpr std::size_t kBitsOfThreeDigits = 10;
  const std::size_t bits = digits_ == 0 ? 0 : boost::multiprecision::msb(abs(digits_)) + 1;
  return bits + static_cast<std::size_t>(std::abs(exponent_)) * kBitsOfThreeDigits / 3;
}

}  // namespace sidecar::gotemplate::funcs
