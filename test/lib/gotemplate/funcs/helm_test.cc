#include <gtest/gtest.h>

#include "lib/gotemplate/template.h"
#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

TEST(HelmFunctionsTest, WritesYamlWithoutTheFinalLineEnd) {
  Functions call("helm");
  EXPECT_EQ(call("toYaml", {call.Dict({"a", call.List({1, 2})})}), "a:\n- 1\n- 2");
  EXPECT_EQ(call("toYaml", {"multi\nline\n"}), "|\n  multi\n  line");
  EXPECT_EQ(call("toYaml", {nullptr}), "null");
  EXPECT_EQ(call("toYaml", {Value::Complex({0, 1}, BasicType("complex128"), call.arena())}), "");
}

TEST(HelmFunctionsTest, ReadsYaml) {
  Functions call("helm");
  EXPECT_EQ(call("fromYaml", {"a: 010\nb: yes\n1: x"}), R"({"1":"x","a":8,"b":true})");
  EXPECT_EQ(call("fromYamlArray", {"- 1\n- [a]"}), R"([1,["a"]])");
  EXPECT_EQ(call("fromYaml", {""}), "null");
  EXPECT_EQ(call.Call("fromYaml", {""}).type(), AnyMapType());
  EXPECT_EQ(call.Call("fromYamlArray", {"~"}).type(), AnySliceType());
}

TEST(HelmFunctionsTest, ReadsJson) {
  Functions call("helm");
  EXPECT_EQ(call("fromJson", {R"({"a":[1]})"}), R"({"a":[1]})");
  EXPECT_EQ(call("fromJsonArray", {R"([1,"a",null])"}), R"([1,"a",null])");
  EXPECT_EQ(call("fromJson", {"null"}), "null");
}

TEST(HelmFunctionsTest, TellsOfErrorsWithinTheResult) {
  Functions call("helm");
  EXPECT_EQ(call("fromYaml", {"a: b: c"}),
            R"({"Error":"error converting YAML to JSON: yaml: mapping values are not allowed in )"
            R"(this context"})");
  EXPECT_EQ(call("fromYaml", {"- 1"}),
            R"({"Error":"error unmarshaling JSON: while decoding JSON: json: cannot unmarshal )"
            R"(array into Go value of type map[string]interface {}"})");
  EXPECT_EQ(call("fromYamlArray", {"true"}),
            R"(["error unmarshaling JSON: while decoding JSON: json: cannot unmarshal )"
            R"(bool into Go value of type []interface {}"])");
  EXPECT_EQ(call("fromJson", {"[1]"}),
            R"({"Error":"json: cannot unmarshal array into Go value of type )"
            R"(map[string]interface {}"})");
  EXPECT_EQ(call("fromJson", {"\"x\""}),
            R"({"Error":"json: cannot unmarshal string into Go value of type )"
            R"(map[string]interface {}"})");
  EXPECT_EQ(call("fromJson", {" 1e999"}),
            R"({"Error":"json: cannot unmarshal number into Go value of type )"
            R"(map[string]interface {}"})");
  EXPECT_EQ(call("fromJson", {R"({"a":1e999})"}),
            R"({"Error":"json: cannot unmarshal number 1e999 into Go value of type float64"})");
  EXPECT_EQ(call("fromJsonArray", {R"({"a":1e999})"}),
            R"(["json: cannot unmarshal object into Go value of type []interface {}"])");
  EXPECT_EQ(call("fromJsonArray", {"x"}),
            R"(["invalid character 'x' looking for beginning of value"])");
}

TEST(HelmFunctionsTest, RequiresAValue) {
  Functions call("helm");
  EXPECT_EQ(call("required", {"need it", ""}), "error: need it");
  EXPECT_EQ(call("required", {"need it", nullptr}), "error: need it");
  EXPECT_EQ(call("required", {"need it", 0}), "0");
  EXPECT_EQ(call("required", {"need it", false}), "false");
}

// What the template writes, or its error.
std::string Execute(std::string_view text) {
  ParseOptions options;
  options.functions = *FindFunctions("helm");
  const auto parsed = Template::Parse("t", text, options);
  if (!parsed) return parsed.error().message;
  Arena arena(std::size_t{64} << 20U);
  std::string output;
  const auto done = parsed->Execute(Value::Int(1), arena, {}, output);
  return done ? output : done.error().message;
}

TEST(HelmFunctionsTest, IncludesTheOutputOfATemplate) {
  EXPECT_EQ(Execute("{{define \"x\"}}a{{.}}\n{{end}}[{{include \"x\" 2 | indent 2}}]"),
            "[  a2\n  ]");
  EXPECT_EQ(Execute("{{define \"x\"}}{{if gt . 0}}{{.}}{{include \"x\" (sub . 1)}}{{end}}{{end}}"
                    "{{include \"x\" 3}}"),
            "321");
}

TEST(HelmFunctionsTest, FailsWhereTheIncludedTemplateFails) {
  EXPECT_EQ(Execute("{{include \"nope\" .}}"),
            "template: t:1:2: executing \"t\" at <include \"nope\" .>: error calling include: "
            "template: no template \"nope\" associated with template \"t\"");
  EXPECT_EQ(Execute("{{define \"x\"}}{{.a}}{{end}}{{include \"x\" .}}"),
            "template: t:1:29: executing \"t\" at <include \"x\" .>: error calling include: "
            "template: t:1:16: executing \"x\" at <.a>: can't evaluate field a in type int");
}

TEST(HelmFunctionsTest, EndsIncludesThatNeverEnd) {
  const std::string error =
      Execute("{{define \"x\"}}{{include \"x\" .}}{{end}}{{include \"x\" .}}");
  EXPECT_TRUE(error.ends_with("exceeded maximum depth of templates within function calls (200)"));
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
