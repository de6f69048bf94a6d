#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace sidecar::kubetypes {

enum class QuantityFormat : std::uint8_t { kNone, kDecimalExponent, kBinarySi, kDecimalSi };

std::string_view ToString(QuantityFormat format);
QuantityFormat QuantityFormatFrom(std::string_view name);

// k8s.io/apimachinery's resource.Quantity: an amount such as "500m" or "1.5Gi", exact to nano.
//
// Either value * 10^scale, or, where that does not fit, a decimal of any length: `digits` (at least
// one, not counting a sign) with `digits_scale` of them behind the point. A plain value, any
// thread.
struct Quantity {
  std::int64_t value = 0;
  std::int32_t scale = 0;
  std::string digits;  // Empty: value and scale count.
  std::int32_t digits_scale = 0;
  bool negative = false;  // Of digits.
  QuantityFormat format = QuantityFormat::kNone;
  std::string text;  // What it was parsed from, where that is canonical; else empty.

  bool IsZero() const;
  int Sign() const;

  // The canonical text, as Quantity.String: no fraction, the largest suffix that loses nothing.
  std::string String() const;

  // value / 10^at_scale rounded away from zero, as Quantity.ScaledValue: 0 gives Value(), -3
  // MilliValue(). What does not fit wraps as Go's does or saturates.
  std::int64_t ScaledValue(std::int32_t at_scale) const;

  // Without what lies below 10^at_scale, rounded away from zero, as Quantity.RoundUp.
  Quantity RoundedUp(std::int32_t at_scale) const;

  double AsApproximateFloat64() const;
};

// As resource.ParseQuantity, error texts included. Rounds away from zero beyond nano; a binary
// quantity is capped at 2^63-1.
Result<Quantity> ParseQuantity(std::string_view text);

// Less than, equal to or greater than 0, as Quantity.Cmp.
int Compare(const Quantity& one, const Quantity& other);

}  // namespace sidecar::kubetypes
