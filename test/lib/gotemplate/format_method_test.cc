#include "lib/gotemplate/format_method.h"

#include <gtest/gtest.h>

#include "test/lib/gotemplate/format_test_values.h"

namespace sidecar::gotemplate {
namespace {

class FormatMethodTest : public testing::Test, protected FormatValues {
 protected:
  FormatMethodTest() {
    AddMethod(by_value_, "String", false,
              [](const Value& receiver) { return std::string(receiver.Field(0).AsString()); });
    AddMethod(by_pointer_, "String", true, [](const Value& receiver) {
      return receiver.IsNil() ? "none" : std::string(receiver.Elem().Field(0).AsString());
    });
  }

  std::optional<std::string_view> String(const Value& value) {
    return CallTextMethod(arena, value, "String");
  }

  Type* by_value_ = NewStruct("t.ByValue", {{"S", StringType()}});
  Type* by_pointer_ = NewStruct("t.ByPointer", {{"s", StringType()}});
};

TEST_F(FormatMethodTest, AValueHasItsOwnMethodsAndAPointerBoth) {
  EXPECT_EQ(String(Struct(by_value_, {Text("v")})), "v");
  EXPECT_EQ(String(PointerTo(Struct(by_value_, {Text("v")}))), "v");
  EXPECT_EQ(String(Struct(by_pointer_, {Text("p")})), std::nullopt);
  EXPECT_EQ(String(PointerTo(Struct(by_pointer_, {Text("p")}))), "p");
  EXPECT_EQ(String(Value::Pointer(nullptr, gotemplate::PointerTo(by_pointer_))), "none");
  EXPECT_EQ(String(PointerTo(PointerTo(Struct(by_value_, {Text("v")})))), std::nullopt);
  EXPECT_EQ(String(Text("x")), std::nullopt);
}

TEST_F(FormatMethodTest, ANilPointerToAValueReceiverPanics) {
  EXPECT_THROW(String(Value::Pointer(nullptr, gotemplate::PointerTo(by_value_))), FunctionError);
}

TEST_F(FormatMethodTest, EmbeddedTypesLendTheirMethods) {
  const Type* const outer =
      NewStruct("t.Outer", {{.name = "ByPointer", .type = by_pointer_, .embedded = true}});
  const Value embedded = Struct(by_pointer_, {Text("e")});
  EXPECT_EQ(String(Struct(outer, {embedded})), std::nullopt);
  EXPECT_EQ(String(PointerTo(Struct(outer, {embedded}))), "e");
  const Type* const through =
      NewStruct("t.Through",
                {{.name = "ByValue", .type = gotemplate::PointerTo(by_value_), .embedded = true}});
  EXPECT_EQ(String(Struct(through, {PointerTo(Struct(by_value_, {Text("t")}))})), "t");
  const Value nil = Value::Pointer(nullptr, gotemplate::PointerTo(by_value_));
  EXPECT_THROW(String(Struct(through, {nil})), FunctionError);
}

TEST_F(FormatMethodTest, AnEmbeddedInterfaceLendsTheMethodOfWhatItHolds) {
  Type* const failure = NewStruct("t.Failure", {});
  AddMethod(failure, "Error", false, [](const Value&) { return std::string("boom"); });
  const Type* const outer =
      NewStruct("t.Wrapped", {{.name = "error", .type = ErrorType(), .embedded = true}});
  EXPECT_EQ(CallTextMethod(arena, Struct(outer, {Struct(failure, {})}), "Error"), "boom");
  EXPECT_THROW(CallTextMethod(arena, Struct(outer, {Value()}), "Error"), FunctionError);
}

}  // namespace
}  // namespace sidecar::gotemplate
