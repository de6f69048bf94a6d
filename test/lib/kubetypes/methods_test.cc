#include "lib/kubetypes/methods.h"

#include <array>

#include <gtest/gtest.h>

#include "test/lib/kubetypes/typed_document.h"

namespace sidecar::kubetypes {
namespace {

using gotemplate::Value;

Value Call(TypedDocument& document, Value& receiver, std::string_view method) {
  const std::array arguments = {Value::Pointer(&receiver, gotemplate::PointerTo(receiver.type()))};
  const auto* const match = gotemplate::FindMethod(receiver.type(), method);
  return match->method->function.body(document.arena, arguments);
}

TEST(Methods, ResourceListsFindTheirEntries) {
  TypedDocument document("core/v1.ResourceRequirements", R"({"limits":{"cpu":"500m"}})");
  Value& limits = document.value.slots()[0];
  Value cpu = Call(document, limits, "Cpu").Elem();
  EXPECT_EQ(Call(document, cpu, "String").AsString(), "500m");
  EXPECT_EQ(Call(document, cpu, "MilliValue").AsInt(), 500);
  EXPECT_EQ(Call(document, cpu, "Value").AsInt(), 1);
  Value memory = Call(document, limits, "Memory").Elem();
  EXPECT_TRUE(Call(document, memory, "IsZero").AsBool());
}

TEST(Methods, PortsHaveTextAndNumber) {
  TypedDocument document("core/v1.HTTPGetAction", R"({"port":8080})");
  Value& port = document.value.slots()[1];
  EXPECT_EQ(Call(document, port, "String").AsString(), "8080");
  EXPECT_EQ(Call(document, port, "IntValue").AsInt(), 8080);
}

TEST(Methods, ObjectMetaHasGetters) {
  TypedDocument document("meta/v1.ObjectMeta", R"({"name":"n","namespace":"s"})");
  EXPECT_EQ(Call(document, document.value, "GetName").AsString(), "n");
  EXPECT_EQ(Call(document, document.value, "GetNamespace").AsString(), "s");
}

TEST(Methods, TimesPrintAndCompare) {
  TypedDocument document("meta/v1.ObjectMeta", R"({"creationTimestamp":"2018-01-19T00:06:17Z"})");
  const gotemplate::Field* field =
      gotemplate::FindField(document.value.type(), "CreationTimestamp")->field;
  EXPECT_EQ(field->type->name, "v1.Time");
  EXPECT_TRUE(gotemplate::HasMethod(field->type, "String"));
  EXPECT_TRUE(gotemplate::HasMethod(gotemplate::PointerTo(field->type), "IsZero"));
}

TEST(Methods, SomeTypesWriteTheirOwnJson) {
  const struct {
    const char *type, *json, *field, *written;
  } kCases[] = {
      {"core/v1.HTTPGetAction", R"({"port":"http"})", "Port", "\"http\""},
      {"core/v1.HTTPGetAction", R"({"port":80})", "Port", "80"},
      {"meta/v1.ObjectMeta", R"({"creationTimestamp":"2018-01-19T00:06:17Z"})", "CreationTimestamp",
       "\"2018-01-19T00:06:17Z\""},
  };
  for (const auto& one : kCases) {
    TypedDocument document(one.type, one.json);
    const auto* const field = gotemplate::FindField(document.value.type(), one.field);
    const Value value = document.value.Field(field->path[0]).Dynamic();
    const auto* const method = gotemplate::FindMethod(value.type(), "MarshalJSON")->method;
    EXPECT_EQ(method->function.body(document.arena, {&value, 1}).AsString(), one.written);
  }
}

}  // namespace
}  // namespace sidecar::kubetypes
