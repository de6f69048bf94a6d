#include "lib/gotemplate/format.h"

#include <gtest/gtest.h>

#include "test/lib/gotemplate/format_test_values.h"

namespace sidecar::gotemplate {
namespace {

class FormatTest : public testing::Test, protected FormatValues {};

TEST_F(FormatTest, SprintPutsASpaceWhereNeitherIsAString) {
  EXPECT_EQ(Print({}), "");
  EXPECT_EQ(Print({Text("a"), Int(1), Int(2), Text("b")}), "a1 2b");
  EXPECT_EQ(Print({Int(1), Value(), Value::Bool(true)}), "1 <nil> true");
  EXPECT_EQ(Print({Text("a"), Text("b")}), "ab");
  const Type* const level = NewType(Kind::kString, "shapes.Name");
  EXPECT_EQ(Print({Value::String("n", level), Int(1)}), "n1");
}

TEST_F(FormatTest, SprintlnPutsSpacesEverywhere) {
  EXPECT_EQ(Println({}), "\n");
  EXPECT_EQ(Println({Text("a"), Int(1), Text("b")}), "a 1 b\n");
}

TEST_F(FormatTest, AppendValueIsPercentV) {
  std::string out = "x=";
  AppendValue(arena, out, Int(-5));
  AppendValue(arena, out, Text("t"));
  AppendValue(arena, out, Value::Bool(false));
  AppendValue(arena, out, Float(1e6));
  AppendValue(arena, out, Value::Float(static_cast<double>(0.1F), BasicType("float32")));
  AppendValue(arena, out, Uint(7, "uint8"));
  AppendValue(arena, out, Value());
  AppendValue(arena, out, Slice(AnySliceType(), {Int(1), Value()}));
  EXPECT_EQ(out, "x=-5tfalse1e+060.17<nil>[1 <nil>]");
}

TEST_F(FormatTest, AnInterfaceIsItsDynamicValue) {
  EXPECT_EQ(Printf("%T %v", {Int(3).ToInterface(AnyType(), arena), Text("s")}), "int s");
  EXPECT_EQ(Print({Text("s").ToInterface(AnyType(), arena), Int(3)}), "s3");
  EXPECT_EQ(Print({Value::Interface(nullptr, AnyType())}), "<nil>");
}

TEST_F(FormatTest, TextBeyondTheLimitIsRefused) {
  const Value wide[] = {Int(1)};
  EXPECT_THROW(Sprintf(arena, "%1000d", wide, 999), ArenaLimitExceeded);
  EXPECT_EQ(Sprintf(arena, "%1000d", wide, 1000).size(), 1000U);
  Value list = Slice(AnySliceType(), {Int(1), Int(2)});
  for (int i = 0; i < 40; ++i) list = Slice(AnySliceType(), {list, list});
  const Value exponential[] = {list};
  EXPECT_THROW(Sprint(arena, exponential, 100000), ArenaLimitExceeded);
  Arena small(100);
  EXPECT_THROW(Sprintf(small, "%100000d", wide), ArenaLimitExceeded);
}

TEST_F(FormatTest, AValueThatHoldsItselfIsAnError) {
  auto* const map = arena.New<MapData>();
  const Value value = Value::Map(map, AnyMapType());
  map->Set(Text("self"), value, arena);
  EXPECT_THROW(Print({value}), FunctionError);
  EXPECT_THROW(Printf("%d", {value}), FunctionError);
}

}  // namespace
}  // namespace sidecar::gotemplate
