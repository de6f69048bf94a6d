#include <gtest/gtest.h>

#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

TEST(JsonFunctionsTest, Writes) {
  Functions call;
  const Value dict = call.Dict({"a", "<b>", "c", call.List({1, nullptr})});
  EXPECT_EQ(call("toJson", {dict}), R"({"a":"\u003cb\u003e","c":[1,null]})");
  EXPECT_EQ(call("toRawJson", {dict}), R"({"a":"<b>","c":[1,null]})");
  EXPECT_EQ(call("toPrettyJson", {dict}),
            "{\n  \"a\": \"\\u003cb\\u003e\",\n  \"c\": [\n    1,\n    null\n  ]\n}");
  EXPECT_EQ(call("mustToJson", {"s"}), "\"s\"");
  EXPECT_EQ(call("mustToPrettyJson", {1.5}), "1.5");
  EXPECT_EQ(call("mustToRawJson", {nullptr}), "null");
}

TEST(JsonFunctionsTest, SaysWhatItCannotWriteWhereAskedTo) {
  Functions call;
  const Value complex = Value::Complex({0, 1}, BasicType("complex128"), call.arena());
  EXPECT_EQ(call("toJson", {complex}), "");
  EXPECT_EQ(call("toPrettyJson", {complex}), "");
  for (const char* name : {"toRawJson", "mustToJson", "mustToPrettyJson", "mustToRawJson"}) {
    EXPECT_EQ(call(name, {complex}), "error: json: unsupported type: complex128") << name;
  }
}

TEST(JsonFunctionsTest, Reads) {
  Functions call;
  EXPECT_EQ(call("fromJson", {R"({"a":[1,{"b":2.5}]})"}), R"({"a":[1,{"b":2.5}]})");
  EXPECT_EQ(call.Call("fromJson", {"1"}).type(), Float64Type());
  EXPECT_EQ(call("fromJson", {"bad"}), "null");
  EXPECT_EQ(call("mustFromJson", {"null"}), "null");
  EXPECT_EQ(call("mustFromJson", {"{bad"}),
            "error: invalid character 'b' looking for beginning of object key string");
  EXPECT_EQ(call("mustFromJson", {""}), "error: unexpected end of JSON input");
}

TEST(JsonFunctionsTest, MarksWhatIsStructure) {
  const FunctionMap& sprig = **FindFunctions("sprig");
  EXPECT_TRUE(sprig.find("toJson")->second.emits_structure);
  EXPECT_TRUE(sprig.find("nindent")->second.emits_structure);
  EXPECT_FALSE(sprig.find("quote")->second.emits_structure);
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
