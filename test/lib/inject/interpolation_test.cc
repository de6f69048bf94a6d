#include "lib/inject/interpolation.h"

#include <map>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/arena.h"
#include "lib/inject/template_functions.h"
#include "lib/yaml/json.h"

namespace sidecar::inject {
namespace {

using testing::HasSubstr;

// The message about `text` printed with .x = `value`, or "".
std::string Check(std::string_view text, std::string_view value) {
  Arena arena;
  const auto parsed = gotemplate::Template::Parse("t", text, {.functions = &TemplateFunctions()});
  EXPECT_TRUE(parsed.has_value()) << parsed.error().message;
  const yaml::Member members[] = {{.key = "x", .value = yaml::Node::String(value)}};
  const gotemplate::Value data = gotemplate::FromNode(yaml::Node::Mapping(members), arena);
  std::vector<gotemplate::OutputSpan> spans;
  std::string out;
  EXPECT_TRUE(parsed->Execute(data, arena, {.missing_key = {}, .limits = {}, .spans = &spans}, out)
                  .has_value());
  std::vector<yaml::ScalarSpan> scalars;
  const auto node = yaml::ParseYaml(out, arena, {.limits = {}, .scalars = &scalars});
  if (!node.has_value()) return "broken: " + ExplainBrokenYaml(out, spans, 1);
  const Result<void> checked = CheckInterpolation(out, spans, scalars);
  return checked.has_value() ? "" : checked.error().message;
}

TEST(InterpolationTest, TextThatStaysTextIsFine) {
  for (const std::string_view value :
       {"", "web", "15001", "10.0.0.1", "a,b", "a:b", "-x", "1.5", "true", "v1.2.3"}) {
    EXPECT_EQ(Check("- {{ .x }}", value), "") << value;
    EXPECT_EQ(Check("- \"{{ .x }}\"", value), "") << value;
    EXPECT_EQ(Check("k: '{{ .x }}'", value), "") << value;
    EXPECT_EQ(Check("- prefix.{{ .x }}", value), "") << value;
  }
  EXPECT_EQ(Check("- \"{{ .x }}\"", "a: b # c"), "");
}

TEST(InterpolationTest, StructureIsRefused) {
  for (const std::string_view value :
       {"a: b",    "a: b: c", "x\n- y",    "x\ny: z", "{}",  "[]",  "[a]", "&a b",
        "!!int 5", "*a",      "x # y",     "# x",     "- a", "? a", "|",   "\"",
        "'",       "\"a\"",   "a\n---\nb", "@a",      "%a",  "`a"}) {
    EXPECT_NE(Check("- {{ .x }}", value), "") << value;
  }
  EXPECT_NE(Check("- \"{{ .x }}\"", "a\", \"b"), "");
  EXPECT_NE(Check("- \"{{ .x }}\"", "a\"\n- \"b"), "");
  EXPECT_NE(Check("- '{{ .x }}'", "a'\n- 'b"), "");
  EXPECT_NE(Check("k: |\n  {{ .x }}", "a\nb: c"), "");
}

TEST(InterpolationTest, SilentChangesAreRefused) {
  for (const std::string_view value : {"yes", "No", "on", "y", "null", "~", "0777", "0x1F", "1e3",
                                       "1_000", "1.50", "+1", "a  \n b"}) {
    EXPECT_THAT(Check("- {{ .x }}", value), HasSubstr("would be read as")) << value;
  }
  EXPECT_THAT(Check("- {{ .x }}", ".inf"), HasSubstr("value \".inf\" breaks"));
  EXPECT_THAT(Check("- 0{{ .x }}", "777"), HasSubstr("would be read as \"511\""));
  EXPECT_THAT(Check("- \"{{ .x }}\"", "a\\tb"), HasSubstr("would be read as \"a\\tb\""));
  EXPECT_THAT(Check("{{ .x }}: 1", "n"), HasSubstr("would be read as"));
}

TEST(InterpolationTest, QuotingFunctionsMakeWholeScalars) {
  for (const std::string_view value :
       {"a", "yes", "0777", "a: b", "x # y", "a\"b", "a\n- b", "{}"}) {
    EXPECT_EQ(Check("- {{ .x | quote }}", value), "") << value;
    EXPECT_EQ(Check("- {{ printf \"%q\" .x }}", value), "") << value;
  }
  EXPECT_EQ(Check("- {{ squote .x }}", "a: b"), "");
  EXPECT_NE(Check("- {{ squote .x }}", "it's"), "");
  EXPECT_NE(Check("- {{ squote .x }}", "it''s"), "");
  EXPECT_NE(Check("[{{ squote .x }}]", "a', 'b"), "");
  EXPECT_NE(Check("- x-{{ quote .x }}", "a # b"), "");
  EXPECT_NE(Check("- {{ quote .x | trimAll \"y\" }}", "a"), "");
}

TEST(InterpolationTest, TheMessageNamesPlaceAndValue) {
  EXPECT_EQ(Check("a:\n- {{ .x }}", "b: c"),
            "template: t:2:5: at <.x>: value \"b: c\" would become YAML structure instead of text: "
            "quote it in the template or change it");
  EXPECT_THAT(Check("a: {{ .x }}", "b: c"),
              HasSubstr("at <.x>: value \"b: c\" breaks the rendered YAML"));
}

TEST(InterpolationTest, CommentsConstantsAndStructureOnPurposeAreFree) {
  EXPECT_EQ(Check("a: 1 # {{ .x }}\n", "b: c"), "");
  EXPECT_EQ(Check("# {{ .x }}\na: 1\n", "b: c"), "");
  EXPECT_NE(Check("# {{ .x }}\na: 1\n", "b\nc: d"), "");
  EXPECT_EQ(Check("a:{{ \" b\\n\" }}", ""), "");
  EXPECT_EQ(Check("{{ toYaml . }}", "b: c"), "");
}

TEST(InterpolationTest, LongValuesAreShownInPart) {
  const std::string message = Check("- {{ .x }}", "a: " + std::string(10'000, 'b'));
  EXPECT_LT(message.size(), 500U);
  EXPECT_THAT(message, HasSubstr("..."));
}

}  // namespace
}  // namespace sidecar::inject
