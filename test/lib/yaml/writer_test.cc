#include "lib/yaml/writer.h"

#include <gtest/gtest.h>

#include "lib/base/arena.h"
#include "lib/yaml/json.h"
#include "lib/yaml/parser.h"

namespace sidecar::yaml {
namespace {

struct WriteCase {
  std::string_view json;
  std::string_view yaml;
};

class WriteYamlTest : public testing::TestWithParam<WriteCase> {};

TEST_P(WriteYamlTest, WritesWhatMarshalWrites) {
  Arena arena;
  const Node node = ParseJson(GetParam().json, arena).value();
  std::string out;
  WriteYaml(node, out);
  EXPECT_EQ(out, GetParam().yaml);
  Arena again;
  EXPECT_TRUE(Equal(node, ParseYaml(out, again).value())) << out;
}

INSTANTIATE_TEST_SUITE_P(
    Values, WriteYamlTest,
    testing::Values(WriteCase{"null", "null\n"}, WriteCase{"\"\"", "\"\"\n"},
                    WriteCase{"[]", "[]\n"},
                    WriteCase{R"({"b":{"d":[1,[2,{"x":1,"y":[]}]]},"a":{}})",
                              "a: {}\nb:\n  d:\n  - 1\n  - - 2\n    - x: 1\n      \"y\": []\n"},
                    WriteCase{R"({"a":"x: y","b":"yes","c":"-","d":"1e3","e":"it's","f":" x"})",
                              "a: 'x: y'\nb: \"yes\"\nc: '-'\nd: \"1e3\"\ne: it's\nf: ' x'\n"},
                    WriteCase{R"({"a":["x\ny\n"],"b":"p\n\n"})",
                              "a:\n- |\n  x\n  y\nb: |+\n  p\n\n"},
                    WriteCase{R"({"k\nl":{"a":[1]}})", "? |-\n  k\n  l\n: a:\n  - 1\n"},
                    WriteCase{R"([1000000,1.5,-7,18446744073709551615])",
                              "- 1000000\n- 1.5\n- -7\n- 18446744073709551615\n"}));

TEST(WriteYamlFloatTest, TheWayThroughJsonShows) {
  std::string through;
  std::string direct;
  WriteYaml(Node::Float(1e6), through);
  WriteYaml(Node::Float(1e6), direct, YamlFloats::kDirect);
  EXPECT_EQ(through, "1000000\n");
  EXPECT_EQ(direct, "1e+06\n");
}

TEST(WriteYamlBinaryTest, WhatIsNoUtf8IsTagged) {
  std::string out;
  WriteYaml(Node::String("\x80\x81\x82"), out);
  EXPECT_EQ(out, "!!binary gIGC\n");
  out.clear();
  const std::string longer(60, '\xff');
  WriteYaml(Node::String(longer), out);
  Arena arena;
  YamlOptions options;
  options.keep_yaml_values = true;
  EXPECT_EQ(ParseYaml(out, arena, options).value().AsString(), longer);
  EXPECT_TRUE(out.starts_with("!!binary |\n  ")) << out;
}

}  // namespace
}  // namespace sidecar::yaml
