#pragma once

#include <cstddef>

#include <boost/multiprecision/cpp_int.hpp>

namespace sidecar::gotemplate::funcs {

// A decimal number of any precision: shopspring/decimal's Decimal, as far as sprig's addf, subf,
// mulf and divf need it. Pure values.
class Decimal {
 public:
  Decimal() = default;
  // The shortest decimal that reads back as the float. Throws FunctionError for infinity and NaN.
  explicit Decimal(double value);

  // Each throws FunctionError where the result has thousands of digits.
  Decimal Add(const Decimal& other) const;
  Decimal Subtract(const Decimal& other) const;
  Decimal Multiply(const Decimal& other) const;
  // To 16 places behind the point, the last rounded half away from zero. Throws for a zero divisor.
  Decimal Divide(const Decimal& other) const;

  double ToFloat() const;  // The nearest.

  // About as many as the number has when it is written in full: what operations on it cost.
  std::size_t Bits() const;

 private:
  using Integer = boost::multiprecision::cpp_int;

  Decimal(Integer digits, int exponent);

  Integer DigitsAt(int exponent) const;  // `exponent` is not above exponent_.

  Integer digits_;
  int exponent_ = 0;  // The number is digits_ * 10^exponent_.
};

}  // namespace sidecar::gotemplate::funcs
