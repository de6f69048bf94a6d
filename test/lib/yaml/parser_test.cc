#include "lib/yaml/parser.h"

#include <string>

#include <gtest/gtest.h>

#include "lib/yaml/json.h"

namespace sidecar::yaml {
namespace {

std::string Json(std::string_view text, Strictness strictness = Strictness::kLenient) {
  Arena arena;
  const Result<Node> node = ParseYaml(text, arena, {}, strictness);
  if (!node) return "error: " + node.error().message;
  std::string out;
  WriteJson(*node, out);
  return out;
}

struct YamlCase {
  std::string_view text;
  std::string_view expected;
};

class ParseYamlTest : public testing::TestWithParam<YamlCase> {};

TEST_P(ParseYamlTest, GivesTheJsonOfGo) {
  EXPECT_EQ(Json(GetParam().text), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Values, ParseYamlTest,
    testing::Values(YamlCase{"", "null"}, YamlCase{"# c", "null"},
                    YamlCase{"a: 1\n---\nb: 2", R"({"a":1})"},
                    YamlCase{"a: yes\nb: 010\nc: 1.50\nd: 'no'",
                             R"({"a":true,"b":8,"c":1.5,"d":"no"})"},
                    YamlCase{"y: 1\n1: 2\n1.5: 3\n.inf: 4", R"({".inf":4,"1":2,"1.5":3,"true":1})"},
                    YamlCase{"a: 1\na: 2", R"({"a":2})"},
                    YamlCase{"a: ! 12\nb: &x ! 12\nc: \u00e9\nd: ! \"1\"",
                             "{\"a\":\"12\",\"b\":\"12\",\"c\":\"\u00e9\",\"d\":\"1\"}"},
                    YamlCase{"a: !!binary gIGC", "{\"a\":\"\uFFFD\uFFFD\uFFFD\"}"}));

INSTANTIATE_TEST_SUITE_P(
    Merges, ParseYamlTest,
    testing::Values(YamlCase{"b: &b {x: 1, k: 2}\nd: {<<: *b, x: 3}",
                             R"({"b":{"k":2,"x":1},"d":{"k":2,"x":3}})"},
                    YamlCase{"b: &b {x: 1}\nd: {x: 3, <<: *b}", R"({"b":{"x":1},"d":{"x":1}})"},
                    YamlCase{"d: {<<: [{x: 1}, {x: 2, z: 3}]}", R"({"d":{"x":1,"z":3}})"},
                    YamlCase{"d: {\"<<\": {x: 1}}", "{\"d\":{\"\\u003c\\u003c\":{\"x\":1}}}"},
                    YamlCase{
                        "a: &s [{x: 1}]\nb: {<<: *s}",
                        "error: yaml: map merge requires map or sequence of maps as the value"}));

INSTANTIATE_TEST_SUITE_P(
    Errors, ParseYamlTest,
    testing::Values(
        YamlCase{"a: &x\n  b: *x", "error: yaml: anchor 'x' value contains itself"},
        YamlCase{"~: a",
                 "error: Unsupported map key of type: %!s(<nil>), key: <nil>, value: \"a\""},
        YamlCase{"? [a]\n: 1", "error: yaml: invalid map key: []interface {}{\"a\"}"},
        YamlCase{"a: .nan", "error: json: unsupported value: NaN"},
        YamlCase{"a: !!binary '='", "error: yaml: !!binary value contains invalid base64 data"}));

TEST(ParseYamlLimitsTest, BillionLaughsFailFast) {
  std::string text = "a: &a [x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c <= 'z'; ++c) {
    text += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 9; ++i) text += "*" + std::string(1, static_cast<char>(c - 1)) + ",";
    text += "]\n";
  }
  EXPECT_EQ(Json(text), "error: yaml: document contains excessive aliasing");
}

TEST(ParseYamlLimitsTest, DepthIsLimited) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(Json(nested(1000)), nested(1000));
  EXPECT_EQ(Json(nested(1001)), "error: yaml: exceeded max depth of 1000");
  std::string blocks;
  for (int i = 0; i < 1001; ++i) blocks += "- ";
  EXPECT_EQ(Json(blocks), "error: yaml: exceeded max depth of 1000");
}

TEST(ParseYamlLimitsTest, SizeIsLimited) {
  Arena arena;
  YamlLimits limits;
  limits.bytes = 3;
  EXPECT_EQ(ParseYaml("a: 1", arena, limits).error().message,
            "yaml: document of 4 bytes is larger than 3");
  Arena small(1U << 14U);
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "- x\n";
  EXPECT_EQ(ParseYaml(many, small).error().message,
            "yaml: document needs more memory than allowed");
}

TEST(ParseYamlTreeTest, LinesAreThoseOfTheText) {
  Arena arena;
  const Node node = ParseYaml("# c\na:\n- 1\n- x: |\n    t\n", arena).value();
  EXPECT_EQ(node.AsMapping()[0].line, 2U);
  EXPECT_EQ(node.Find("a")->line, 3U);
  EXPECT_EQ(node.Find("a")->AsSequence()[1].AsMapping()[0].line, 4U);
}

TEST(ParseYamlTreeTest, YamlValuesMayBeKept) {
  Arena arena;
  YamlOptions options;
  options.keep_yaml_values = true;
  const Node node = ParseYaml("1: .inf\n~: !!binary gIGC\n1.5: a", arena, options).value();
  const auto members = node.AsMapping();
  EXPECT_EQ(members[0].key_kind, NodeKind::kInt);
  EXPECT_EQ(members[1].key_kind, NodeKind::kNull);
  EXPECT_EQ(members[1].value.AsString(), "\x80\x81\x82");
  EXPECT_EQ(members[2].key, "1.5");
}

TEST(ParseYamlTreeTest, EveryScalarIsLocatedInTheText) {
  Arena arena;
  std::vector<ScalarSpan> spans;
  YamlOptions options;
  options.scalars = &spans;
  const std::string_view text =
      "\u00e9: 'it''s'\nn: 12\nb: |\n  x\n  y\nf: [\"q\\n\"]\n<<: {k: !!str v}\n";
  const Node node = ParseYaml(text, arena, options).value();
  std::vector<std::string_view> sources;
  for (const ScalarSpan& span : spans)
    sources.push_back(text.substr(span.begin, span.end - span.begin));
  const std::vector<std::string_view> expected = {
      "\u00e9", "'it''s'", "n", "12", "b", "|\n  x\n  y\n", "f", "\"q\\n\"", "<<", "k", "!!str v"};
  EXPECT_EQ(sources, expected);
  EXPECT_EQ(spans[1].text.data(), node.Find("\u00e9")->text);
  EXPECT_EQ(spans[1].style, ScalarStyle::kSingleQuoted);
  EXPECT_TRUE(spans[0].is_key);
  EXPECT_FALSE(spans[1].is_key);
  EXPECT_TRUE(spans[8].is_key);
  EXPECT_FALSE(spans[10].is_key);
  EXPECT_EQ(spans[3].text, "12");
  EXPECT_EQ(spans[5].style, ScalarStyle::kLiteral);
  EXPECT_EQ(spans[5].line, 3U);
}

}  // namespace
}  // namespace sidecar::yaml
