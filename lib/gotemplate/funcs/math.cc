#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "lib/gotemplate/funcs/arena_text.h"
#include "lib/gotemplate/funcs/cast.h"
#include "lib/gotemplate/funcs/decimal.h"
#include "lib/gotemplate/funcs/groups.h"
#include "lib/gotemplate/funcs/work.h"
#include "lib/gotemplate/strconv.h"

// sprig's numeric.go and the arithmetic of its function map. Integers wrap around as Go's do.
namespace sidecar::gotemplate::funcs {
namespace {

std::int64_t Wrap(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

std::uint64_t Bits(const Value& value) {
  return static_cast<std::uint64_t>(ToInt64(value));
}

Value Add(const Call& call) {
  std::uint64_t sum = 0;
  for (const Value& value : call.arguments) sum += Bits(value);
  return Int64(Wrap(sum));
}

Value Add1(const Call& call) {
  return Int64(Wrap(Bits(call[0]) + 1));
}

Value Sub(const Call& call) {
  return Int64(Wrap(Bits(call[0]) - Bits(call[1])));
}

Value Mul(const Call& call) {
  std::uint64_t product = 1;
  for (const Value& value : call.arguments) product *= Bits(value);
  return Int64(Wrap(product));
}

std::int64_t CheckedDivisor(const Value& value) {
  const std::int64_t divisor = ToInt64(value);
  if (divisor == 0) throw FunctionError("runtime error: integer divide by zero");
  return divisor;
}

// The one division that overflows gives the dividend in Go.
Value Div(const Call& call) {
  const std::int64_t divisor = CheckedDivisor(call[1]);
  if (divisor == -1) return Int64(Wrap(0 - Bits(call[0])));
  return Int64(ToInt64(call[0]) / divisor);
}

Value Mod(const Call& call) {
  const std::int64_t divisor = CheckedDivisor(call[1]);
  return Int64(divisor == -1 ? 0 : ToInt64(call[0]) % divisor);
}

Value Max(const Call& call) {
  std::int64_t most = ToInt64(call[0]);
  for (const Value& value : call.From(1)) most = std::max(most, ToInt64(value));
  return Int64(most);
}

Value Min(const Call& call) {
  std::int64_t least = ToInt64(call[0]);
  for (const Value& value : call.From(1)) least = std::min(least, ToInt64(value));
  return Int64(least);
}

// math.Max: infinity before NaN before the greater, +0 above -0.
double MaxFloat(double one, double other) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (one == kInfinity || other == kInfinity) return kInfinity;
  if (std::isnan(one) || std::isnan(other)) return std::numeric_limits<double>::quiet_NaN();
  if (one == 0 && other == 0) return std::signbit(one) ? other : one;
  return std::max(one, other);
}

Value MaxFloats(const Call& call) {
  double most = ToFloat64(call[0]);
  for (const Value& value : call.From(1)) most = MaxFloat(most, ToFloat64(value));
  return Value::Float(most);
}

Value MinFloats(const Call& call) {
  double least = ToFloat64(call[0]);
  for (const Value& value : call.From(1)) least = -MaxFloat(-least, -ToFloat64(value));
  return Value::Float(least);
}

Value Floor(const Call& call) {
  return Value::Float(std::floor(ToFloat64(call[0])));
}

Value Ceil(const Call& call) {
  return Value::Float(std::ceil(ToFloat64(call[0])));
}

// math.Pow(10, exponent) as Go computes it, which is not always the nearest float.
double PowerOfTen(std::int64_t exponent) {
  constexpr std::int64_t kBeyondFloats = 400;
  if (exponent > kBeyondFloats) return std::numeric_limits<double>::infinity();
  if (exponent < -kBeyondFloats) return 0;
  double mantissa = 1;
  int binary_exponent = 0;
  int square_exponent = 0;
  double square = std::frexp(10.0, &square_exponent);
  for (std::int64_t rest = std::abs(exponent); rest != 0; rest >>= 1) {
    if ((rest & 1) != 0) {
      mantissa *= square;
      binary_exponent += square_exponent;
    }
    square *= square;
    square_exponent *= 2;
    if (square < 0.5) {
      square += square;
      --square_exponent;
    }
  }
  if (exponent < 0) return std::ldexp(1 / mantissa, -binary_exponent);
  return std::ldexp(mantissa, binary_exponent);
}

// round VALUE PLACES [ROUND_ON]: up from the fraction ROUND_ON (0.5), which is negative below zero.
Value Round(const Call& call) {
  const double round_on = call.size() > 2 ? call[2].AsFloat() : 0.5;
  const double power = PowerOfTen(call.Int(1));
  const double digit = power * ToFloat64(call[0]);
  double whole = 0;
  const double fraction =
      std::isinf(digit) ? std::numeric_limits<double>::quiet_NaN() : std::modf(digit, &whole);
  const double rounded = fraction >= round_on ? std::ceil(digit) : std::floor(digit);
  return Value::Float(rounded / power);
}

// Long division takes time with the square of the length.
void PayForDecimals(const Decimal& one, const Decimal& other, Arena& arena) {
  constexpr std::size_t kPricePerBit = 4;
  constexpr std::size_t kBitsForOne = 256;
  const std::size_t bits = one.Bits() + other.Bits();
  PayForWork(&arena, bits * kPricePerBit + bits * bits / kBitsForOne);
}

Value AddFloats(const Call& call) {
  Decimal sum;
  for (const Value& value : call.arguments) {
    const Decimal added(ToFloat64(value));
    PayForDecimals(sum, added, call.arena);
    sum = sum.Add(added);
  }
  return Value::Float(sum.ToFloat());
}

Value Add1Float(const Call& call) {
  return Value::Float(Decimal(ToFloat64(call[0])).Add(Decimal(1)).ToFloat());
}

template <class Operation>
Value Fold(const Call& call, Operation operation) {
  Decimal result(ToFloat64(call[0]));
  for (const Value& value : call.From(1)) {
    const Decimal other(ToFloat64(value));
    PayForDecimals(result, other, call.arena);
    result = operation(result, other);
  }
  return Value::Float(result.ToFloat());
}

Value SubFloats(const Call& call) {
  return Fold(call, [](const Decimal& one, const Decimal& other) { return one.Subtract(other); });
}

Value MulFloats(const Call& call) {
  return Fold(call, [](const Decimal& one, const Decimal& other) { return one.Multiply(other); });
}

Value DivFloats(const Call& call) {
  return Fold(call, [](const Decimal& one, const Decimal& other) { return one.Divide(other); });
}

// strconv.Atoi without its error: the nearest int for what is out of range.
Value AtoiOrZero(const Call& call) {
  return Int(Atoi(call.Text(0)).value);
}

Value ToInt(const Call& call) {
  return Int(ToInt64(call[0]));
}

Value ToInt64Value(const Call& call) {
  return Int64(ToInt64(call[0]));
}

Value ToFloat(const Call& call) {
  return Value::Float(ToFloat64(call[0]));
}

// The value of octal digits, as of a file's mode.
Value ToDecimal(const Call& call) {
  constexpr int kOctal = 8;
  const auto parsed = ParseInt(PrintValue(call[0], call.arena), kOctal, 0);
  return Int64(parsed.ok() ? parsed.value : 0);
}

struct Steps {
  std::int64_t start = 0;
  std::int64_t step = 1;
  std::size_t count = 0;

  std::int64_t operator[](std::size_t index) const {
    return Wrap(static_cast<std::uint64_t>(start) +
                static_cast<std::uint64_t>(step) * static_cast<std::uint64_t>(index));
  }
};

// sprig's untilStep: from `start` to before `stop`.
Steps CountSteps(std::int64_t start, std::int64_t stop, std::int64_t step) {
  constexpr std::uint64_t kMostSteps = std::uint64_t{1} << 21U;  // More fills any arena.
  if (start == stop || (stop < start) != (step < 0) || step == 0) return {};
  const auto bits = [](std::int64_t value) { return static_cast<std::uint64_t>(value); };
  const std::uint64_t distance = stop < start ? bits(start) - bits(stop) : bits(stop) - bits(start);
  const std::uint64_t size = step < 0 ? 0 - bits(step) : bits(step);
  const std::uint64_t count = (distance - 1) / size + 1;
  if (count > kMostSteps) throw ArenaLimitExceeded();
  return {start, step, count};
}

Value IntList(const Call& call, const Steps& steps) {
  const std::span<Value> values = call.arena.NewArray<Value>(steps.count);
  for (std::size_t i = 0; i < steps.count; ++i) values[i] = Int(steps[i]);
  return Value::Slice(values, SliceOf(IntType()));
}

Value Until(const Call& call) {
  return IntList(call, CountSteps(0, call.Int(0), call.Int(0) < 0 ? -1 : 1));
}

Value UntilStep(const Call& call) {
  return IntList(call, CountSteps(call.Int(0), call.Int(1), call.Int(2)));
}

// seq END, seq START END, seq START STEP END: inclusive, as the command of that name.
Steps SequenceSteps(const Call& call) {
  constexpr std::size_t kWithStep = 3;
  if (call.size() == 0 || call.size() > kWithStep) return {};
  const std::int64_t start = call.size() == 1 ? 1 : call.Int(0);
  const std::int64_t end = call.Int(call.size() - 1);
  const std::int64_t direction = end < start ? -1 : 1;
  const std::int64_t step = call.size() == kWithStep ? call.Int(1) : direction;
  if (direction < 0 && step > 0) return {};
  const std::int64_t beyond =
      Wrap(static_cast<std::uint64_t>(end) + static_cast<std::uint64_t>(direction));
  return CountSteps(start, beyond, step);
}

Value Sequence(const Call& call) {
  const Steps steps = SequenceSteps(call);
  ArenaText out(call.arena);
  for (std::size_t i = 0; i < steps.count; ++i) {
    if (i > 0) out.Append(' ');
    out.Append(std::to_string(steps[i]));
  }
  return Value::String(out.text());
}

constexpr Definition kFunctions[] = {
    {"add", "(...any) int64", Add},
    {"add1", "(any) int64", Add1},
    {"add1f", "(any) float64", Add1Float},
    {"addf", "(...any) float64", AddFloats},
    {"atoi", "(string) int", AtoiOrZero},
    {"biggest", "(any, ...any) int64", Max},
    {"ceil", "(any) float64", Ceil},
    {"div", "(any, any) int64", Div},
    {"divf", "(any, ...any) float64", DivFloats},
    {"float64", "(any) float64", ToFloat},
    {"floor", "(any) float64", Floor},
    {"int", "(any) int", ToInt},
    {"int64", "(any) int64", ToInt64Value},
    {"max", "(any, ...any) int64", Max},
    {"maxf", "(any, ...any) float64", MaxFloats},
    {"min", "(any, ...any) int64", Min},
    {"minf", "(any, ...any) float64", MinFloats},
    {"mod", "(any, any) int64", Mod},
    {"mul", "(any, ...any) int64", Mul},
    {"mulf", "(any, ...any) float64", MulFloats},
    {"round", "(any, int, ...float64) float64", Round},
    {"seq", "(...int) string", Sequence},
    {"sub", "(any, any) int64", Sub},
    {"subf", "(any, ...any) float64", SubFloats},
    {"toDecimal", "(any) int64", ToDecimal},
    {"until", "(int) []int", Until},
    {"untilStep", "(int, int, int) []int", UntilStep},
};

}  // namespace

Group MathFunctions() {
  return {kFunctions, {}};
}

}  // namespace sidecar::gotemplate::funcs
