#include "lib/gotemplate/funcs/structure.h"

#include <array>
#include <limits>

#include <gtest/gtest.h>

#include "lib/yaml/json.h"
#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

std::string Json(const Value& value) {
  Arena arena;
  std::string text;
  try {
    yaml::WriteJson(ToNode(value, arena), text, {.sort_keys = false, .indent = ""});
  } catch (const FunctionError& error) {
    return std::string("error: ") + error.what();
  }
  return text;
}

Field MakeField(std::string_view name, const Type* type, std::string_view json_name = "") {
  Field field;
  field.name = name;
  field.type = type;
  field.json_name = json_name;
  return field;
}

TEST(ToNodeTest, WritesScalars) {
  EXPECT_EQ(Json(Value()), "null");
  EXPECT_EQ(Json(Value::Bool(true)), "true");
  EXPECT_EQ(Json(Value::Int(-5, Int64Type())), "-5");
  EXPECT_EQ(Json(Value::Uint(18446744073709551615U, BasicType("uint64"))), "18446744073709551615");
  EXPECT_EQ(Json(Value::Float(1e20)), "100000000000000000000");
  EXPECT_EQ(Json(Value::Float(static_cast<double>(0.1F), BasicType("float32"))), "0.1");
  EXPECT_EQ(Json(Value::Float(std::numeric_limits<double>::infinity())),
            "error: json: unsupported value: +Inf");
}

TEST(ToNodeTest, WritesNilsAsNull) {
  Arena arena;
  EXPECT_EQ(Json(NilAnyList(arena)), "null");
  EXPECT_EQ(Json(AnyMap(nullptr)), "null");
  EXPECT_EQ(Json(Value::Pointer(nullptr, PointerTo(IntType()))), "null");
}

TEST(ToNodeTest, WritesBytesInBase64) {
  std::array<Value, 2> bytes = {Value::Uint('h', Uint8Type()), Value::Uint('i', Uint8Type())};
  EXPECT_EQ(Json(Value::Slice(bytes, SliceOf(Uint8Type()))), "\"aGk=\"");
  EXPECT_EQ(Json(Value::Array(bytes.data(), ArrayOf(2, Uint8Type()))), "[104,105]");
}

TEST(ToNodeTest, OrdersIntegerKeysAsTexts) {
  Arena arena;
  MapData map;
  for (const int key : {9, 10}) map.Set(Value::Int(key), Value::Bool(true), arena);
  EXPECT_EQ(Json(Value::Map(&map, MapOf(IntType(), BoolType()))), R"({"10":true,"9":true})");
  EXPECT_EQ(Json(Value::Map(&map, MapOf(BoolType(), BoolType()))),
            "error: json: unsupported type: map[bool]bool");
}

TEST(ToNodeTest, FollowsTheTagsOfStructs) {
  const Type* const inner = DefineType(Kind::kStruct, "inner", {MakeField("A", IntType(), "a")});
  Type* const outer = DefineType(
      Kind::kStruct, "outer",
      {MakeField("B", StringType(), "b"), MakeField("Inner", inner), MakeField("C", inner, "c"),
       MakeField("D", inner, "d"), MakeField("E", IntType(), "-"),
       MakeField("F", PointerTo(IntType())), MakeField("hidden", IntType())});
  outer->fields[0].omit_empty = true;
  outer->fields[1].embedded = true;
  outer->fields[2].omit_empty = true;  // Which means nothing to a struct.
  outer->fields[3].omit_zero = true;
  Arena arena;
  const Value value = Value::Zero(outer, arena);
  EXPECT_EQ(Json(value), R"({"a":0,"c":{"a":0},"F":null})");
  value.slots()[0] = Value::String("x");
  value.slots()[3].slots()[0] = Value::Int(1);
  Value number = Value::Int(7);
  value.slots()[5] = Value::Pointer(&number, PointerTo(IntType()));
  EXPECT_EQ(Json(value), R"({"b":"x","a":0,"c":{"a":0},"d":{"a":1},"F":7})");
}

TEST(ToNodeTest, AsksATypeThatWritesItself) {
  Type* const type = DefineType(Kind::kInt, "x.N");
  type->methods.resize(1);
  Function& method = type->methods[0].function;
  method.name = "MarshalJSON";
  method.result = StringType();
  method.body = [](Arena&, std::span<const Value> receiver) {
    return Value::String(receiver[0].AsInt() == 0 ? "oops" : R"({"n":[1]})");
  };
  EXPECT_EQ(Json(Value::Int(1, type)), R"({"n":[1]})");
  Value number = Value::Int(1, type);
  EXPECT_EQ(Json(Value::Pointer(&number, PointerTo(type))), R"({"n":[1]})");
  EXPECT_EQ(Json(Value::Pointer(nullptr, PointerTo(type))), "null");
  EXPECT_EQ(Json(Value::Int(0, type)),
            "error: json: error calling MarshalJSON for type x.N: invalid character 'o' looking "
            "for beginning of value");
}

TEST(ToNodeTest, FindsCycles) {
  Functions call;
  const Value self = call.Dict({});
  call.Call("set", {self, "self", self});
  EXPECT_EQ(Json(self),
            "error: json: unsupported value: encountered a cycle via map[string]interface {}");
}

TEST(ToNodeTest, RefusesDocumentsFarLargerThanTheirMemory) {
  Functions call;
  const Value text = call.Call("repeat", {1'000'000, "x"});
  EXPECT_THROW(
      ToNode(call.List({text, text, text, text, text, text, text, text, text}), call.arena()),
      ArenaLimitExceeded);
  Value list = call.List({1});
  for (int i = 0; i < 40; ++i) list = call.List({list, list});
  EXPECT_THROW(ToNode(list, call.arena()), ArenaLimitExceeded);
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
