#include "lib/gotemplate/funcs/compare.h"

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sidecar::gotemplate {
namespace {

std::string ErrorOf(const std::function<void()>& body) {
  try {
    body();
  } catch (const FunctionError& error) {
    return error.what();
  }
  return "no error";
}

Value Int8(std::int64_t value) {
  return Value::Int(value, BasicType("int8"));
}
Value Uint64(std::uint64_t value) {
  return Value::Uint(value, BasicType("uint64"));
}

class CompareTest : public testing::Test {
 protected:
  Value Any(const Value& value) { return value.ToInterface(AnyType(), arena_); }

  Arena arena_;
  Value nil_any_ = Value::Zero(AnyType(), arena_);
};

TEST_F(CompareTest, EqualsByValueWithinAFamilyOfTypes) {
  const Value kEqual[][2] = {
      {Value::Bool(true), Value::Bool(true)},
      {Value::Int(3), Int8(3)},
      {Value::Int(3), Uint64(3)},
      {Uint64(3), Int8(3)},
      {Value::Float(1.5), Value::Float(1.5, BasicType("float32"))},
      {Value::Complex({1, 2}, BasicType("complex128"), arena_),
       Value::Complex({1, 2}, BasicType("complex64"), arena_)},
      {Value::String("a"), Value::String("a")},
      {Any(Value::Int(3)), Value::Int(3)},
      {Value(), Value()},
      {Value(), nil_any_},
      {Value(), Value::Map(nullptr, AnyMapType())},
      {Value::Pointer(nullptr, PointerTo(IntType())), nil_any_},
  };
  for (const auto& [one, other] : kEqual) {
    EXPECT_TRUE(IsEqual(one, other));
    EXPECT_TRUE(IsEqual(other, one));
  }
  const Value kDifferent[][2] = {
      {Value::Int(3), Value::Int(4)},
      {Value::Int(-1), Uint64(std::numeric_limits<std::uint64_t>::max())},
      {Value::Float(std::numeric_limits<double>::quiet_NaN()),
       Value::Float(std::numeric_limits<double>::quiet_NaN())},
      {Value::String("a"), Value::String("b")},
      {Value(), Value::Int(0)},
      {nil_any_, Value::String("")},
  };
  for (const auto& [one, other] : kDifferent) {
    EXPECT_FALSE(IsEqual(one, other));
    EXPECT_FALSE(IsEqual(other, one));
  }
}

TEST_F(CompareTest, NamesTheTypesThatDoNotCompare) {
  EXPECT_EQ(ErrorOf([] { IsEqual(Value::Float(3), Value::Int(3)); }),
            "incompatible types for comparison: float64 and int");
  EXPECT_EQ(ErrorOf([] { IsEqual(Value::String("1"), Value::Int(1)); }),
            "incompatible types for comparison: string and int");
  EXPECT_EQ(ErrorOf([] { IsEqual(Value::Bool(true), AnySlice({})); }),
            "incompatible types for comparison: bool and []interface {}");
  EXPECT_EQ(ErrorOf([] { IsLess(Value::String("a"), Value::Int(1)); }),
            "incompatible types for comparison: string and int");
}

TEST_F(CompareTest, ShowsTheValueThatHasNoEquality) {
  Value elements[] = {Value::String("a"), Value::Int(1)};
  const Value list = AnySlice(elements);
  EXPECT_EQ(ErrorOf([&] { IsEqual(list, list); }),
            "non-comparable type [a %!s(int=1)]: []interface {}");
  EXPECT_EQ(ErrorOf([&] { IsEqual(list, AnyMap(nullptr)); }),
            "non-comparable types [a %!s(int=1)]: []interface {}, map[string]interface {}: map[]");
}

TEST_F(CompareTest, EqualsAnyStopsAtTheFirstMatch) {
  const std::vector<Value> match_first = {Value::Int(1), Value::String("a")};
  const std::vector<Value> match_second = {Value::String("a"), Value::Int(1)};
  EXPECT_TRUE(IsEqualToAny(Value::Int(1), match_first));
  EXPECT_EQ(ErrorOf([&] { IsEqualToAny(Value::Int(1), match_second); }),
            "incompatible types for comparison: int and string");
  EXPECT_EQ(ErrorOf([] { IsEqualToAny(Value::Int(1), {}); }), "missing argument for comparison");
}

TEST_F(CompareTest, OrdersNumbersAndStrings) {
  const Value kAscending[][2] = {
      {Value::Int(1), Value::Int(2)},
      {Value::Int(-1), Uint64(0)},
      {Uint64(1), Int8(2)},
      {Value::Float(1), Value::Float(1.5)},
      {Value::String("a"), Value::String("ab")},
      {Value::String("z"), Value::String("\xC3\xA9")},
      {Any(Value::Int(1)), Value::Int(2)},
  };
  for (const auto& [one, other] : kAscending) {
    EXPECT_TRUE(IsLess(one, other));
    EXPECT_FALSE(IsLess(other, one));
    EXPECT_FALSE(IsLess(one, one));
    EXPECT_TRUE(IsLessOrEqual(one, other));
    EXPECT_FALSE(IsLessOrEqual(other, one));
    EXPECT_TRUE(IsLessOrEqual(one, one));
  }
}

TEST_F(CompareTest, RefusesToOrderAnythingElse) {
  const Value kUnordered[] = {Value(), nil_any_, Value::Bool(true), AnySlice({}),
                              Value::Complex(1, BasicType("complex128"), arena_)};
  for (const Value& value : kUnordered) {
    EXPECT_EQ(ErrorOf([&] { IsLess(value, value); }), "invalid type for comparison");
    EXPECT_EQ(ErrorOf([&] { IsLessOrEqual(value, value); }), "invalid type for comparison");
  }
}

}  // namespace
}  // namespace sidecar::gotemplate
