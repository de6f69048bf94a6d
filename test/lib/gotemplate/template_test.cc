#include "lib/gotemplate/template.h"

#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/gotemplate/node_print.h"

namespace sidecar::gotemplate {
namespace {

using ::testing::HasSubstr;

TEST(TemplateTest, ParsesOnceAndAppendsItsOutput) {
  const Template tmpl = Template::Parse("t", "hello {{.}}").value();
  Arena arena;
  std::string output = "> ";
  EXPECT_TRUE(tmpl.Execute(Value::String("world"), arena, {}, output).has_value());
  EXPECT_EQ(output, "> hello world");
}

TEST(TemplateTest, ParseErrorsAreGos) {
  EXPECT_EQ(Template::Parse("t", "a\n{{.x").error().message, "template: t:2: unclosed action");
  EXPECT_EQ(Template::Parse("t", "{{nope}}").error().message,
            "template: t:1: function \"nope\" not defined");
}

TEST(TemplateTest, ATemplateWithoutABodyCannotRun) {
  const Template tmpl("t", {});
  Arena arena;
  std::string output;
  EXPECT_EQ(tmpl.Execute(Value(), arena, {}, output).error().message,
            "template: t: \"t\" is an incomplete or empty template");
  EXPECT_EQ(tmpl.ExecuteTemplate("x", Value(), arena, {}, output).error().message,
            "template: no template \"x\" associated with template \"t\"");
}

TEST(TemplateTest, ALaterDefinitionReplacesAnEarlierOneUnlessEmpty) {
  Template tmpl = Template::Parse("t", "{{template \"a\"}}{{define \"a\"}}1{{end}}").value();
  Arena arena;
  std::string output;
  ASSERT_TRUE(tmpl.AddParse("a", "2").has_value());
  ASSERT_TRUE(tmpl.AddParse("other", "{{define \"a\"}} {{end}}").has_value());
  ASSERT_TRUE(tmpl.Execute(Value(), arena, {}, output).has_value());
  EXPECT_EQ(output, "2");
  EXPECT_EQ(tmpl.Templates().size(), 3U);
  EXPECT_EQ(Print(*tmpl.Lookup("a")->root), "2");
  EXPECT_EQ(tmpl.Lookup("none"), nullptr);
}

TEST(TemplateTest, AnotherTextCannotReplaceWhatTheRootRuns) {
  Template tmpl = Template::Parse("t", "root {{template \"u\"}}").value();
  ASSERT_TRUE(tmpl.AddParse("u", "{{define \"t\"}}other{{end}}{{template \"t\"}}").has_value());
  Arena arena;
  std::string output;
  ASSERT_TRUE(tmpl.Execute(Value(), arena, {}, output).has_value());
  EXPECT_EQ(output, "root other");
}

TEST(TemplateTest, AFailedParseAddsNothing) {
  Template tmpl = Template::Parse("t", "old").value();
  EXPECT_TRUE(tmpl.AddParse("t", "{{define \"a\"}}x{{end}}{{").has_error());
  EXPECT_EQ(tmpl.Templates().size(), 1U);
  EXPECT_EQ(Print(*tmpl.Lookup("t")->root), "old");
}

TEST(TemplateTest, FunctionsOfTheCallerReplaceBuiltins) {
  FunctionMap functions;
  functions["len"] = {
      .name = "len",
      .parameters = {StringType()},
      .result = StringType(),
      .body = [](Arena&, std::span<const Value> arguments) { return arguments[0]; }};
  ParseOptions options;
  options.functions = &functions;
  const Template tmpl = Template::Parse("t", "{{len \"abc\"}}", options).value();
  Arena arena;
  std::string output;
  EXPECT_TRUE(tmpl.Execute(Value(), arena, {}, output).has_value());
  EXPECT_EQ(output, "abc");
}

TEST(TemplateTest, SpansTellWhatCameFromActions) {
  FunctionMap functions;
  functions["toYaml"] = {
      .name = "toYaml",
      .parameters = {},
      .result = StringType(),
      .body = [](Arena&, std::span<const Value>) { return Value::String("a: 1"); },
      .emits_structure = true};
  ParseOptions options;
  options.functions = &functions;
  const Template tmpl =
      Template::Parse("t", "x: {{.}}\n{{$a := 1}}{{(toYaml) | print}}", options).value();
  Arena arena;
  std::string output;
  std::vector<OutputSpan> spans;
  ExecOptions exec;
  exec.spans = &spans;
  ASSERT_TRUE(tmpl.Execute(Value::String("v"), arena, exec, output).has_value());
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(output.substr(spans[0].begin, spans[0].end - spans[0].begin), "v");
  EXPECT_EQ(Print(*spans[0].action), "{{.}}");
  EXPECT_THAT(Location(*spans[1].source, *spans[1].action), HasSubstr("t:2:"));
  EXPECT_FALSE(spans[0].emits_structure);
  EXPECT_TRUE(spans[1].emits_structure);
}

TEST(TemplateTest, ThreadsExecuteOneTemplateAtOnce) {
  const Template tmpl =
      Template::Parse("t", "{{range $i := 50}}{{template \"a\" $i}}{{end}}{{define \"a\"}}.{{end}}")
          .value();
  std::vector<std::string> outputs(4);
  {
    std::vector<std::jthread> threads;
    for (std::string& output : outputs) {
      threads.emplace_back([&tmpl, &output] {
        Arena arena;
        (void)tmpl.Execute(Value(), arena, {}, output);
      });
    }
  }
  EXPECT_THAT(outputs, ::testing::Each(std::string(50, '.')));
}

}  // namespace
}  // namespace sidecar::gotemplate
