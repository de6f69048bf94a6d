#include <gtest/gtest.h>

#include "lib/yaml/json.h"

namespace sidecar::yaml {
namespace {

std::string Rewritten(std::string_view text, const JsonStyle& style) {
  Arena arena;
  const Result<Node> node = ParseJson(text, arena);
  std::string out;
  WriteJson(node.value(), out, style);
  return out;
}

TEST(JsonWriterTest, KeysAreSortedByBytesAtEveryLevel) {
  EXPECT_EQ(Rewritten(R"({"b":{"10":1,"9":2},"a":[{"z":1,"Y":2}]})", {}),
            R"({"a":[{"Y":2,"z":1}],"b":{"10":1,"9":2}})");
}

TEST(JsonWriterTest, KeysMayKeepTheirOrder) {
  JsonStyle style;
  style.sort_keys = false;
  EXPECT_EQ(Rewritten(R"({"b":1,"a":2})", style), R"({"b":1,"a":2})");
}

TEST(JsonWriterTest, TextIsEscapedAsTheNewestGoDoes) {
  std::string out;
  WriteJsonString("<&>\"\\/\b\f\n\r\t\x01\x7f\u2028\u00e9\xff", out);
  EXPECT_EQ(out,
            "\"\\u003c\\u0026\\u003e\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\x7f\\u2028\u00e9\\ufffd\"");
  out.clear();
  WriteJsonString("<&>", out, false);
  EXPECT_EQ(out, "\"<&>\"");
}

TEST(JsonWriterTest, IndentIsThatOfMarshalIndent) {
  JsonStyle style;
  style.indent = "  ";
  EXPECT_EQ(
      Rewritten(R"({"a":[1,{}],"b":[],"c":{"d":null}})", style),
      "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": [],\n  \"c\": {\n    \"d\": null\n  }\n}");
}

TEST(JsonWriterTest, NumbersAreWrittenFromTheirValue) {
  EXPECT_EQ(Rewritten("[1.50,1e3,18446744073709551615,-7,1e-7]", {}),
            "[1.5,1000,18446744073709551615,-7,1e-7]");
}

}  // namespace
}  // namespace sidecar::yaml
