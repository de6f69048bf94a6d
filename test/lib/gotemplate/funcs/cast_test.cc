#include "lib/gotemplate/funcs/cast.h"

#include <array>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();

TEST(ToInt64Test, ReadsTextsInGoSyntax) {
  const struct {
    const char* text;
    std::int64_t number;
  } kCases[] = {{"42", 42}, {"0x1f", 31}, {"010", 8},   {"1_000", 1000}, {"x", 0},   {"", 0},
                {"08", 0},  {"007", 7},   {"0b11", 3},  {"0o17", 15},    {"+5", 5},  {"-0x10", -16},
                {" 5", 0},  {"1.0", 1},   {"5.00", 5},  {"5.50", 0},     {"1.5", 0}, {".0", 0},
                {"0", 0},   {"00", 0},    {"100", 100}, {"5.", 0}};
  for (const auto& one : kCases)
    EXPECT_EQ(ToInt64(Value::String(one.text)), one.number) << one.text;
}

TEST(ToInt64Test, ConvertsAsGoDoes) {
  EXPECT_EQ(ToInt64(Value::Float(-1.9)), -1);
  EXPECT_EQ(ToInt64(Value::Float(1e300)), kLeast);
  EXPECT_EQ(ToInt64(Value::Float(std::numeric_limits<double>::quiet_NaN())), kLeast);
  EXPECT_EQ(ToInt64(Value::Uint(18446744073709551615U, BasicType("uint64"))), -1);
  EXPECT_EQ(ToInt64(Value::Bool(true)), 1);
  EXPECT_EQ(ToInt64(Value()), 0);
}

TEST(ToInt64Test, FollowsPointersButNotDefinedTypes) {
  Value number = Value::Int(3);
  EXPECT_EQ(ToInt64(Value::Pointer(&number, PointerTo(IntType()))), 3);
  EXPECT_EQ(ToInt64(Value::Pointer(nullptr, PointerTo(IntType()))), 0);
  const Type* const level = DefineType(Kind::kInt, "x.Level");
  EXPECT_EQ(ToInt64(Value::Int(3, level)), 0);
  EXPECT_EQ(ToFloat64(Value::Int(3, level)), 0);
}

TEST(ToFloat64Test, ReadsNumbers) {
  EXPECT_EQ(ToFloat64(Value::String("3.14")), 3.14);
  EXPECT_EQ(ToFloat64(Value::String("0x1p-2")), 0.25);
  EXPECT_EQ(ToFloat64(Value::String("0x10")), 0);
  EXPECT_EQ(ToFloat64(Value::String("x")), 0);
  EXPECT_EQ(ToFloat64(Value::Int(-2)), -2);
  EXPECT_EQ(ToFloat64(Value::Bool(true)), 1);
  EXPECT_EQ(ToFloat64(Value()), 0);
}

TEST(ToTextsTest, TakesElementsOfLists) {
  Functions call;
  EXPECT_THAT(ToTexts(call.List({1, nullptr, "x"}), call.arena()), testing::ElementsAre("1", "x"));
  EXPECT_THAT(ToTexts(Value::String("x"), call.arena()), testing::ElementsAre("x"));
  EXPECT_THAT(ToTexts(Value(), call.arena()), testing::IsEmpty());
}

TEST(ToTextTest, ShowsBytesAsText) {
  Arena arena;
  std::array<Value, 2> bytes = {Value::Uint('h', Uint8Type()), Value::Uint('i', Uint8Type())};
  EXPECT_EQ(ToText(Value::Slice(bytes, SliceOf(Uint8Type())), arena), "hi");
}

TEST(IsEmptyTest, KnowsZeroAndNothing) {
  Arena arena;
  const Type* const record = DefineType(Kind::kStruct, "x.R");
  EXPECT_TRUE(IsEmpty(Value()));
  EXPECT_TRUE(IsEmpty(Value::Uint(0, Uint8Type())));
  EXPECT_TRUE(IsEmpty(Value::Complex({0, 0}, BasicType("complex128"), arena)));
  EXPECT_TRUE(IsEmpty(Value::Pointer(nullptr, PointerTo(IntType()))));
  EXPECT_FALSE(IsEmpty(Value::Zero(record, arena)));
  EXPECT_FALSE(IsEmpty(Value::Float(0.1)));
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
