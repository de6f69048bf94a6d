#include "lib/gotemplate/funcs/define.h"

#include <stdexcept>

#include <gtest/gtest.h>

#include "lib/gotemplate/value.h"
#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

Value CountArguments(const Call& call) {
  return Int(static_cast<std::int64_t>(call.size()));
}

Function Make(std::string_view signature, std::vector<NamedType> types = {}) {
  return MakeFunction({"f", signature, CountArguments}, types);
}

TEST(MakeFunctionTest, ReadsParametersAndResult) {
  const Function function = Make("(string, []int, map[string]any, *bool) [][]any");
  ASSERT_EQ(function.parameters.size(), 4U);
  EXPECT_EQ(function.parameters[0], StringType());
  EXPECT_EQ(function.parameters[1], SliceOf(IntType()));
  EXPECT_EQ(function.parameters[2], AnyMapType());
  EXPECT_EQ(function.parameters[3], PointerTo(BoolType()));
  EXPECT_EQ(function.result, SliceOf(AnySliceType()));
  EXPECT_FALSE(function.variadic);
  EXPECT_EQ(function.name, "f");
}

TEST(MakeFunctionTest, ReadsNoParameters) {
  EXPECT_TRUE(Make("() string").parameters.empty());
}

TEST(MakeFunctionTest, MakesTheVariadicParameterASlice) {
  const Function function = Make("(int, ...any) any");
  EXPECT_TRUE(function.variadic);
  EXPECT_EQ(function.parameters.back(), AnySliceType());
}

TEST(MakeFunctionTest, KnowsTheGroupsOwnTypes) {
  const Type* const type = DefineType(Kind::kStruct, "v1.Thing");
  const Function function = Make("([]v1.Thing) v1.Thing", {{"v1.Thing", type}});
  EXPECT_EQ(function.result, type);
  EXPECT_EQ(function.parameters[0], SliceOf(type));
}

TEST(MakeFunctionTest, RefusesWhatIsNoSignature) {
  for (const char* bad : {"", "string", "(string)", "(nope) string", "(string,int) string",
                          "(string) string)", "(map[string) any", "(string"}) {
    EXPECT_THROW(Make(bad), std::logic_error) << bad;
  }
}

TEST(MakeFunctionTest, CallsTheBody) {
  Arena arena;
  const Value arguments[] = {Value::Int(1), Value::Int(2)};
  EXPECT_EQ(Make("(...int) int").body(arena, arguments).AsInt(), 2);
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
