#include "lib/yaml/convert.h"

#include <gtest/gtest.h>

#include "lib/yaml/json.h"

namespace sidecar::yaml {
namespace {

std::string Shown(const Result<std::string>& result) {
  return result ? *result : "error: " + result.error().message;
}

TEST(ConvertTest, YamlBecomesJson) {
  EXPECT_EQ(Shown(YamlToJson("b: [yes, 0x10]\na: 1", Strictness::kStrict)),
            R"({"a":1,"b":[true,16]})");
  EXPECT_EQ(Shown(YamlToJson("a: 1\na: 2", Strictness::kStrict)),
            "error: yaml: unmarshal errors:\n  line 2: key \"a\" already set in map");
}

TEST(ConvertTest, BytesThatAreNoUtf8AreEscapedInJson) {
  EXPECT_EQ(Shown(YamlToJson("a: !!binary gEE=", Strictness::kLenient)), R"({"a":"\ufffdA"})");
  EXPECT_EQ(Shown(YamlToJson("a: \uFFFD", Strictness::kLenient)), "{\"a\":\"\uFFFD\"}");
}

TEST(ConvertTest, JsonBecomesYaml) {
  EXPECT_EQ(Shown(JsonToYaml(R"({"b":[1e6,"yes"],"a":null,"c":{}})")),
            "a: null\nb:\n- 1e+06\n- \"yes\"\nc: {}\n");
  EXPECT_EQ(Shown(JsonToYaml("{1: a, .inf: .nan, true: b, ~: c}")),
            "true: b\n1: a\n.inf: .nan\nnull: c\n");
  EXPECT_EQ(Shown(JsonToYaml("[1")), "error: yaml: line 1: did not find expected ',' or ']'");
}

TEST(ConvertTest, MarshalGoesThroughJsonText) {
  EXPECT_EQ(Shown(MarshalYaml(Node::Float(1e6))), "1000000\n");
  EXPECT_EQ(Shown(MarshalYaml(Node::String("\x7f"))),
            "error: error converting JSON to YAML: yaml: control characters are not allowed");
}

TEST(ConvertTest, UnmarshalMakesEveryNumberAFloat) {
  Arena arena;
  const Node node = UnmarshalYaml("a: [9223372036854775807, 1]", arena).value();
  EXPECT_EQ(node.Find("a")->AsSequence()[0].kind, NodeKind::kFloat);
  std::string json;
  WriteJson(node, json);
  EXPECT_EQ(json, R"({"a":[9223372036854776000,1]})");
  EXPECT_EQ(UnmarshalYaml("[", arena).error().message,
            "error converting YAML to JSON: yaml: line 1: did not find expected node content");
}

}  // namespace
}  // namespace sidecar::yaml
