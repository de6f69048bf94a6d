#include "lib/gotemplate/parser.h"

#include <string>

#include <gtest/gtest.h>

#include "lib/gotemplate/node_print.h"

namespace sidecar::gotemplate {
namespace {

bool IsFunction(std::string_view name) {
  return name == "print" || name == "printf" || name == "contains";
}

// The tree of `t`, or the error.
std::string Parsed(std::string_view text, ParserOptions options = {}) {
  if (!options.has_function) options.has_function = IsFunction;
  const auto trees = Parse("t", text, options);
  if (!trees.has_value()) return trees.error().message;
  return Print(*trees->at("t").root, TextFormat::kQuoted);
}

// All trees, as "name=tree;".
std::string AllParsed(std::string_view text) {
  const auto trees = Parse("t", text, {});
  if (!trees.has_value()) return trees.error().message;
  std::string all;
  for (const auto& [name, tree] : *trees) {
    EXPECT_EQ(tree.name, name);
    all += name + '=' + Print(*tree.root, TextFormat::kQuoted) + ';';
  }
  return all;
}

struct Case {
  std::string_view text;
  std::string_view result;
};

TEST(Parser, MakesTheTreeThatGoMakes) {
  const Case kCases[] = {
      {"", ""},
      {"{{/*\n\n\n*/}}", ""},
      {" \t\n", R"(" \t\n")"},
      {"some text", R"("some text")"},
      {"{{.X}}", "{{.X}}"},
      {"{{printf}}", "{{printf}}"},
      {"{{$}}", "{{$}}"},
      {"{{with $x := 3}}{{$x 23}}{{end}}", "{{with $x := 3}}{{$x 23}}{{end}}"},
      {"{{$.I}}", "{{$.I}}"},
      {"{{with $x := 3}}{{$x.I 23}}{{end}}", "{{with $x := 3}}{{$x.I 23}}{{end}}"},
      {"{{printf `%d` 23}}", "{{printf `%d` 23}}"},
      {"{{.X|.Y}}", "{{.X | .Y}}"},
      {"{{$x := .X|.Y}}", "{{$x := .X | .Y}}"},
      {"{{.X (.Y .Z) (.A | .B .C) (.E)}}", "{{.X (.Y .Z) (.A | .B .C) (.E)}}"},
      {"{{(.Y .Z).Field}}", "{{(.Y .Z).Field}}"},
      {"{{if .X}}hello{{end}}", R"({{if .X}}"hello"{{end}})"},
      {"{{if .X}}true{{else}}false{{end}}", R"({{if .X}}"true"{{else}}"false"{{end}})"},
      {"{{if .X}}true{{else if .Y}}false{{end}}",
       R"({{if .X}}"true"{{else}}{{if .Y}}"false"{{end}}{{end}})"},
      {"+{{if .X}}X{{else if .Y}}Y{{else if .Z}}Z{{end}}+",
       R"("+"{{if .X}}"X"{{else}}{{if .Y}}"Y"{{else}}{{if .Z}}"Z"{{end}}{{end}}{{end}}"+")"},
      {"{{with .X}}hello{{else with .Y}}bye{{else}}x{{end}}",
       R"({{with .X}}"hello"{{else}}{{with .Y}}"bye"{{else}}"x"{{end}}{{end}})"},
      {"{{if .X}}{{else}}{{with .Y}}{{end}}{{end}}", "{{if .X}}{{else}}{{with .Y}}{{end}}{{end}}"},
      {"{{range .X}}hello{{end}}", R"({{range .X}}"hello"{{end}})"},
      {"{{range .X.Y.Z}}a{{else}}b{{end}}", R"({{range .X.Y.Z}}"a"{{else}}"b"{{end}})"},
      {"{{range .X | print}}a{{end}}", R"({{range .X | print}}"a"{{end}})"},
      {"{{range $x := .SI}}{{.}}{{end}}", "{{range $x := .SI}}{{.}}{{end}}"},
      {"{{range $x, $y := .SI}}{{.}}{{end}}", "{{range $x, $y := .SI}}{{.}}{{end}}"},
      {"{{range .SI}}{{.}}{{break}}{{end}}", "{{range .SI}}{{.}}{{break}}{{end}}"},
      {"{{range .SI}}{{if .}}{{continue}}{{end}}{{end}}",
       "{{range .SI}}{{if .}}{{continue}}{{end}}{{end}}"},
      {"{{range .SI 1 -3.2i true false 'a' nil}}{{end}}",
       "{{range .SI 1 -3.2i true false 'a' nil}}{{end}}"},
      {"{{template `x`}}", R"({{template "x"}})"},
      {"{{template `x` .Y}}", R"({{template "x" .Y}})"},
      {"{{with .X}}hello{{end}}", R"({{with .X}}"hello"{{end}})"},
      {"x \r\n\t{{- 3 }}", R"("x"{{3}})"},
      {"{{ 3 -}}\n\n\ty", R"({{3}}"y")"},
      {"x {{- 3 -}} y", R"("x"{{3}}"y")"},
      {"{{- /* c */ -}}  x", R"("x")"},
      {"{{ block `foo` . }}hello{{end}}", R"({{template "foo" .}})"},
      {"{{\n.X\n|\nprint\n}}", "{{.X | print}}"},
      {"{{with $v, $u := 3}}{{end}}", "template: t:1: too many declarations in with"},
      {"{{if .X}}{{$y := 1}}{{else}}{{$y}}{{end}}", "{{if .X}}{{$y := 1}}{{else}}{{$y}}{{end}}"},
      {"{{template `z` $x := 7}}{{$x}}", R"({{template "z" $x := 7}}{{$x}})"},
      {"{{.x|}}", "{{.x}}"},
  };
  for (const Case& c : kCases) EXPECT_EQ(Parsed(c.text), c.result) << c.text;
}

TEST(Parser, RefusesWhatGoRefuses) {
  const Case kCases[] = {
      {"hello{{range", "t:1: unclosed action"},
      {"{{hello", "t:1: function \"hello\" not defined"},
      {"{{range .x}}", "t:1: unexpected EOF"},
      {"\n{{if .x}}\n", "t:3: unexpected EOF"},
      {"{{end}}", "t:1: unexpected {{end}}"},
      {"a\n{{else}}", "t:2: unexpected {{else}}"},
      {"{{else if .x}}{{end}}", "t:1: unexpected {{else}}"},
      {"{{if .x}}{{else}}{{else}}{{end}}", "t:1: expected end; found {{else}}"},
      {"{{if .x}}{{else}}{{else if .y}}{{end}}", "t:1: expected end; found {{else}}"},
      {"{{if .x}}{{else .y}}{{end}}", "t:1: unexpected \".y\" in else"},
      {"{{if .x}}{{end .y}}", "t:1: unexpected \".y\" in end"},
      {"{{if .x}}{{else with .y}}{{end}}", "t:1: unexpected <with> in input"},
      {"{{with .x}}{{else if .y}}{{end}}", "t:1: unexpected <if> in input"},
      {"{{range .x}}{{else if .y}}{{end}}", "t:1: unexpected <if> in input"},
      {"{{if}}{{end}}", "t:1: missing value for if"},
      {"{{range}}{{end}}", "t:1: missing value for range"},
      {"{{with}}{{end}}", "t:1: missing value for with"},
      {"{{if .x}}{{$y := 1}}{{end}}{{$y}}", "t:1: undefined variable \"$y\""},
      {"{{with $x := 4}}{{end}}{{$x}}", "t:1: undefined variable \"$x\""},
      {"{{$x.Foo}}", "t:1: undefined variable \"$x\""},
      {"{{template $v}}", "t:1: unexpected \"$v\" in template clause"},
      {"{{template}}", "t:1: unexpected \"}}\" in template clause"},
      {"{{template \"x\" 1 2 :}}", "t:1: expected :="},
      {"{{template \"\\q\"}}", "t:1: invalid syntax"},
      {"{{define}}{{end}}", "t:1: unexpected \"}}\" in define clause"},
      {"{{define .x}}{{end}}", "t:1: unexpected \".x\" in define clause"},
      {"{{define 'x'}}{{end}}", "t:1: unexpected \"'x'\" in define clause"},
      {"{{define \"x\" .}}{{end}}", "t:1: unexpected <.> in define clause"},
      {"{{define \"x\"}}", "t:1: unexpected EOF"},
      {"{{define \"x\"}}{{else}}{{end}}", "t:1: unexpected {{else}} in define clause"},
      {"{{if .x}}{{define \"x\"}}{{end}}{{end}}", "t:1: unexpected <define> in command"},
      {"{{block \"foo\"}}hello{{end}}", "t:1: missing value for block clause"},
      {"{{block .x .}}{{end}}", "t:1: unexpected \".x\" in block clause"},
      {"{{break}}", "t:1: {{break}} outside {{range}}"},
      {"{{range .x}}{{else}}{{continue}}{{end}}", "t:1: {{continue}} outside {{range}}"},
      {"{{range .x}}{{break .y}}{{end}}", "t:1: unexpected \".y\" in {{break}}"},
      {"{{range .x}}{{block \"b\" .}}{{break}}{{end}}{{end}}", "t:1: {{break}} outside {{range}}"},
      {"{{$x := 1}}{{define \"d\"}}{{$x}}{{end}}", "t:1: undefined variable \"$x\""},
      {"{{$x := 1}}{{block \"d\" .}}{{$x}}{{end}}", "t:1: undefined variable \"$x\""},
      {"{{/* x", "t:1: unclosed comment"},
      {"{{if .x}}\n{{/* x", "t:2: unclosed comment in action started at t:1"},
      {"{{\n\n}}", "t:3: missing value for command"},
      {"{{.x\n", "t:2: unclosed action started at t:1"},
      {"{{print\n\"x}}", "t:2: unterminated quoted string in action started at t:1"},
      {"{{print `\nx` )}}", "t:2: unexpected right paren in action started at t:1"},
      {"a\n\n{{nofunc}}", "t:3: function \"nofunc\" not defined"},
      {"{{`a\n\nb`}} {{end}}", "t:3: unexpected {{end}}"},
      {"{{block \"b\" .}}\n\n{{else}}", "t:1: unexpected {{else}} in block clause"},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(Parsed(c.text), "template: " + std::string(c.result)) << c.text;
  }
}

TEST(Parser, CollectsTheTemplatesThatATextDefines) {
  const Case kCases[] = {
      {"a{{define `x`}}TEXT{{end}}b", R"(t="a""b";x="TEXT";)"},
      {"{{define `x`}}{{define}}{{end}}{{end}}", "template: t:1: unexpected <define> in command"},
      {"{{define `x`}}one{{end}}\n{{define \"y\"}}two{{end}}", R"(t="\n";x="one";y="two";)"},
      {"{{block `b` .x}}y{{.}}{{end}}z", R"(b="y"{{.}};t={{template "b" .x}}"z";)"},
      {"{{block `a` .}}{{block `b` .}}c{{end}}{{end}}",
       R"(a={{template "b" .}};b="c";t={{template "a" .}};)"},
      {"{{define `x`}}a{{end}}{{define `x`}}b{{end}}",
       "template: t:1: template: multiple definition of template \"x\""},
      {"{{define `x`}}a{{end}}{{define `x`}} {{/* c */}}{{end}}", R"(t=;x="a";)"},
      {"{{define `x`}} {{end}}{{define `x`}}b{{end}}", R"(t=;x="b";)"},
      {"{{define `x`}} {{end}}{{define `x`}}\n{{end}}", R"(t=;x="\n";)"},
      {"{{define `t`}}a{{end}}b", "template: t:1: template: multiple definition of template \"t\""},
      {"{{define `t`}}a{{end}} ", R"(t="a";)"},
      {"{{define ``}}a{{end}}", R"(="a";t=;)"},
  };
  for (const Case& c : kCases) EXPECT_EQ(AllParsed(c.text), c.result) << c.text;
}

TEST(Parser, TreesShareTheirSource) {
  const auto trees = Parse("root", "{{define `x`}}{{.a}}{{end}}", {});
  const Tree& x = trees->at("x");
  EXPECT_EQ(x.source, trees->at("root").source);
  EXPECT_EQ(x.source->name, "root");
  EXPECT_EQ(Location(*x.source, *x.root->nodes[0]), "root:1:16");
}

// Go takes the name for a part of the message's format; so do those who compare messages.
TEST(Parser, GarblesErrorsOfTemplatesWithPercentInTheirName) {
  ParserOptions options;
  options.has_function = IsFunction;
  EXPECT_EQ(Parse("100%", "{{nofunc}}", options).error().message,
            "template: 100%!:(string=nofunc)1: function %!q(MISSING) not defined");
  EXPECT_EQ(Parse("t", "{{`%d`.x}}", options).error().message,
            "template: t:1: unexpected . after term \"`%d`\"");
}

TEST(Parser, TakesOtherDelimiters) {
  ParserOptions options;
  options.left_delimiter = "[[";
  options.right_delimiter = "]]";
  EXPECT_EQ(Parsed("{{.a}}[[- if .b -]] c [[end]]", options), R"("{{.a}}"{{if .b}}"c "{{end}})");
  options.right_delimiter = "";
  EXPECT_EQ(Parsed("[[.a}}", options), "{{.a}}");
}

TEST(Parser, LetsFunctionsBeCalledBreakAndContinue) {
  ParserOptions options;
  options.has_function = [](std::string_view) { return true; };
  EXPECT_EQ(Parsed("{{break 20}}{{continue}}", options), "{{break 20}}{{continue}}");
}

TEST(Parser, KnowsNoFunctionsUnlessToldOf) {
  const auto trees = Parse("t", "{{whatever 1}}", {});
  EXPECT_TRUE(trees.has_value());
}

TEST(Parser, FindsTreesEmptyOfAllButSpaceAndComments) {
  const struct {
    std::string_view text;
    bool is_empty;
  } kCases[] = {
      {"", true},
      {" \t\r\n\xC2\xA0\xE2\x80\xA9", true},
      {"{{/* c */}} {{define `x`}}y{{end}} ", true},
      {"x", false},
      {"\xC2", false},
      {"{{``}}", false},
      {"{{if .x}}{{end}}", false},
      {"{{template `x`}}", false},
  };
  for (const auto& c : kCases) {
    for (const bool keep_comments : {false, true}) {
      ParserOptions options;
      options.keep_comments = keep_comments;
      EXPECT_EQ(IsEmptyTree(Parse("t", c.text, options)->at("t").root), c.is_empty) << c.text;
    }
  }
  EXPECT_TRUE(IsEmptyTree(nullptr));
}

std::string Repeated(std::string_view text, std::size_t count) {
  std::string repeated;
  for (std::size_t i = 0; i < count; ++i) repeated += text;
  return repeated;
}

TEST(Parser, BoundsTheNestingOfControlStructures) {
  const std::string kTooDeep = "template: t:1: max control depth exceeded";
  for (const std::string_view open :
       {"{{if .x}}", "{{with .x}}", "{{range .x}}", "{{block `b` .}}"}) {
    const std::string fits = Repeated(open, kMaxControlDepth);
    EXPECT_EQ(Parsed(fits), "template: t:1: unexpected EOF") << open;
    EXPECT_EQ(Parsed(fits + std::string(open)), kTooDeep) << open;
  }
  const std::string chained = "{{if .x}}" + Repeated("{{else if .x}}", kMaxControlDepth - 1);
  EXPECT_TRUE(Parsed(chained + "{{end}}").starts_with("{{if .x}}{{else}}{{if .x}}"));
  EXPECT_EQ(Parsed(chained + "{{else if .x}}{{end}}"), kTooDeep);
}

TEST(Parser, TakesTimeInProportionToTheText) {
  constexpr std::size_t kMany = 100000;
  std::string text;
  for (std::size_t i = 0; i < kMany; ++i) text += "{{$v" + std::to_string(i) + ":=1}}";
  for (std::size_t i = 0; i < kMany; ++i) text += "{{$v" + std::to_string(i) + "}}";
  EXPECT_TRUE(Parse("t", text, {}).has_value());
  EXPECT_TRUE(Parse("t", "{{" + Repeated(".a", kMany) + "}}", {}).has_value());
  EXPECT_TRUE(Parse("t", Repeated("{{/* c */}}", kMany), {}).has_value());
}

}  // namespace
}  // namespace sidecar::gotemplate
