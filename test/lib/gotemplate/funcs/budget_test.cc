#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/arena.h"
#include "lib/gotemplate/funcs/registry.h"
#include "lib/gotemplate/template.h"

// Hostile templates, as somebody who may write an injection configuration or a label could send
// them: each ends in an error that says why, within the arena and the steps of an execution.
namespace sidecar::gotemplate {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::size_t kMemory = std::size_t{64} << 20U;
// What lib/inject allows.
constexpr ExecLimits kLimits = {.steps = 200'000, .output_bytes = std::size_t{4} << 20U};

// The error of the template over {{.}} = `data`; empty where it succeeds.
std::string ErrorOf(std::string_view text, std::string_view data = "",
                    std::string_view set = "istio") {
  Arena arena(kMemory);
  const FunctionMap* const functions = *FindFunctions(set);
  const auto parsed = Template::Parse("hostile", text, {.functions = functions});
  if (!parsed.has_value()) return parsed.error().message;
  std::string output;
  const auto done = parsed->Execute(Value::String(data), arena, {.limits = kLimits}, output);
  EXPECT_LE(output.size(), kLimits.output_bytes);
  return done.has_value() ? "" : done.error().message;
}

auto IsOverBudget() {
  return testing::AnyOf(HasSubstr("memory budget exceeded"),
                        HasSubstr("step budget of 200000 exceeded"));
}

struct Hostile {
  std::string_view text;
  std::string_view function;  // Whose call the error names.
};

TEST(BudgetTest, FunctionsThatMakeTooMuchEndInAnError) {
  constexpr Hostile kTemplates[] = {
      {R"({{ repeat 1000000000 "x" }})", "repeat"},
      {R"({{ repeat 9223372036854775807 "xx" }})", "repeat"},
      {R"({{ "x" | repeat 30000000 | repeat 3 }})", "repeat"},
      {"{{ untilStep 0 1000000000 1 }}", "untilStep"},
      {"{{ untilStep 0 -9223372036854775807 -1 }}", "untilStep"},
      {"{{ until 1000000000 }}", "until"},
      {"{{ seq 1000000000 }}", "seq"},
      {R"({{ nindent 1000000000 "a" }})", "nindent"},
      {R"({{ indent 1000000000 "a\nb" }})", "indent"},
      {R"({{ printf "%1000000d" 1 | repeat 100 }})", "repeat"},
      {R"({{ replace "" (repeat 10000 "y") (repeat 10000 "x") }})", "replace"},
      {R"({{ regexReplaceAll "" (repeat 10000 "x") (repeat 10000 "y") }})", "regexReplaceAll"},
      {R"({{ join (repeat 1000000 "x") (until 100) }})", "join"},
      {R"({{ wrapWith 1 (repeat 10000 "y") (repeat 10000 "x") }})", "wrapWith"},
  };
  for (const Hostile& hostile : kTemplates) {
    const std::string error = ErrorOf(hostile.text);
    EXPECT_THAT(error, StartsWith("template: hostile:1:")) << hostile.text;
    EXPECT_THAT(error, HasSubstr("at <" + std::string(hostile.function))) << hostile.text;
    EXPECT_THAT(error, IsOverBudget()) << hostile.text;
  }
}

TEST(BudgetTest, LoopsEndInAnError) {
  EXPECT_THAT(ErrorOf("{{ range until 2000 }}{{ range until 2000 }}{{ end }}{{ end }}"),
              StartsWith("template: hostile:1:"));
  EXPECT_THAT(ErrorOf("{{ $x := `x` }}{{ range until 100 }}{{ $x = print $x $x }}{{ end }}"),
              IsOverBudget());
  EXPECT_THAT(ErrorOf("{{ $l := list 1 }}{{ range until 100 }}{{ $l = concat $l $l }}{{ end }}"),
              IsOverBudget());
}

TEST(BudgetTest, RecursionEndsInAnError) {
  EXPECT_THAT(ErrorOf(R"({{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }})"),
              StartsWith("template: hostile:1:"));
  EXPECT_THAT(ErrorOf("{{ " + std::string(100'000, '(') + "1" + std::string(100'000, ')') + " }}"),
              StartsWith("template: hostile:1:"));
  EXPECT_THAT(ErrorOf("{{ $d := dict }}{{ $_ := set $d `d` $d }}{{ toYaml (list $d) | quote }}"
                      "{{ mustToJson $d }}"),
              HasSubstr("error calling mustToJson"));
  EXPECT_THAT(ErrorOf("{{ $d := dict }}{{ $_ := set $d `d` $d }}{{ deepCopy $d }}"),
              HasSubstr("error calling deepCopy"));
}

TEST(BudgetTest, TextsDeeplyNestedEndInAnError) {
  const std::string deep(1'000'000, '[');
  EXPECT_THAT(ErrorOf("{{ mustFromJson . }}", deep), HasSubstr("error calling mustFromJson"));
  EXPECT_EQ(ErrorOf("{{ fromJson . }}{{ fromJSON . }}", deep), "");
}

// RE2 takes linear time: patterns that make backtracking explode just answer.
TEST(BudgetTest, CatastrophicPatternsAnswer) {
  const std::string text = std::string(100'000, 'a') + 'b';
  for (const char* const pattern :
       {"(a+)+$", "(a|a)*c", "(a|aa)+$", "(.*)*x", "^(([a-z])+.)+[A-Z]"}) {
    EXPECT_EQ(ErrorOf("{{ if regexMatch `" + std::string(pattern) + "` . }}{{ end }}", text), "");
  }
  EXPECT_THAT(ErrorOf("{{ regexFind `((a{1000}){1000}){1000}` . }}"),
              HasSubstr("error calling regexFind: "));
  EXPECT_THAT(ErrorOf("{{ mustRegexMatch (repeat 100000 `(`) . }}"),
              HasSubstr("error calling mustRegexMatch: "));
}

TEST(BudgetTest, AHugeTextIsAnErrorWhereverItGoes) {
  const std::string huge(std::size_t{100} << 20U, 'x');
  EXPECT_THAT(ErrorOf("{{ . }}", huge), StartsWith("template: hostile:1:"));
  for (const char* const call : {"b64enc", "splitList `x`", "trunc 90000000 | b64enc"}) {
    EXPECT_THAT(ErrorOf("{{ $x := . | " + std::string(call) + " }}", huge),
                AllOf(StartsWith("template: hostile:1:"), IsOverBudget()))
        << call;
  }
}

// Work that grows with a text is refused before it is begun: in steps, whatever the machine.
TEST(BudgetTest, FunctionsPayForTheTextsTheyRead) {
  const std::string huge(std::size_t{100} << 20U, 'x');
  for (const char* const call : {"upper .",
                                 "lower .",
                                 "title .",
                                 "quote .",
                                 "squote .",
                                 "html .",
                                 "js .",
                                 "urlquery .",
                                 "b64enc .",
                                 "b64dec .",
                                 "b32enc .",
                                 "sha1sum .",
                                 "sha256sum .",
                                 "adler32sum .",
                                 "replace `y` `z` .",
                                 "repeat 0 .",
                                 "trim .",
                                 "trimSuffix `y` .",
                                 "contains `y` .",
                                 "snakecase .",
                                 "camelcase .",
                                 "kebabcase .",
                                 "swapcase .",
                                 "nospace .",
                                 "initials .",
                                 "wrap 80 .",
                                 "abbrev 20 .",
                                 "plural . . 1",
                                 "regexMatch `y` .",
                                 "regexFind `x+y` .",
                                 "regexReplaceAll `y` . `z`",
                                 "regexSplit `y` . 2",
                                 "regexMatch . `y`",
                                 "split `y` .",
                                 "splitList `y` .",
                                 "toString .",
                                 "toJson .",
                                 "fromJson .",
                                 "toYaml .",
                                 "cat .",
                                 "print .",
                                 "printf `%q` .",
                                 "printf .",
                                 "semver .",
                                 "semverCompare . .",
                                 "urlParse .",
                                 "base .",
                                 "toDate . .",
                                 "int .",
                                 "atoi .",
                                 "float64 .",
                                 "list 1 2 | has .",
                                 "eq . `y`",
                                 "indent 2 .",
                                 "toLower .",
                                 "fromJSON .",
                                 "duration .",
                                 "durationRound .",
                                 "substr 1 2 ."}) {
    const std::string text = "{{ $x := " + std::string(call) + " }}";
    EXPECT_THAT(ErrorOf(text, huge),
                AllOf(StartsWith("template: hostile:1:"), HasSubstr("step budget of")))
        << call;
  }
}

TEST(BudgetTest, RepeatedWorkEndsInAnError) {
  // Each of these would keep a machine busy for minutes, and makes nothing.
  const struct {
    const char* work;
    const char* error;
  } cases[] = {
      {"{{ $x := sha256sum . }}", "step budget of"},
      {"{{ $x := contains `y` . }}", "step budget of"},
      {"{{ $x := regexMatch `((a{50}){10}b?){2}` `x` }}", "memory budget exceeded"},
      {"{{ $x := regexMatch `((a{1000}){1000}){1000}` `x` }}", "memory budget exceeded"},
      {"{{ $x := regexFindAll `x*y` . -1 }}", "step budget of"},
      {"{{ $x := deepEqual $l $m }}", "memory budget exceeded"},
      {"{{ $x := toYaml $l }}", "memory budget exceeded"},
      {"{{ $x := toJson $l }}", "memory budget exceeded"},
      {"{{ $x := toPrettyJson $l }}", "memory budget exceeded"},
      {"{{ $x := fromYaml $t }}", "memory budget exceeded"},
      {"{{ $x := fromYamlArray $t }}", "memory budget exceeded"},
      {"{{ $x := print $l }}", "memory budget exceeded"},
      {"{{ $x := printf `%.999f` 1e-300 }}", "memory budget exceeded"},
      {"{{ $x := divf 1e300 3.7e-300 }}", "memory budget exceeded"},
      {"{{ $x := semverCompare `^1.2.3 || ~2.3 || >=3.x` `4.5.6-a+b` }}", "memory budget exceeded"},
      {"{{ $x := sortAlpha $texts }}", "memory budget exceeded"},
  };
  const std::string text(20'000, 'x');
  for (const auto& [work, error] : cases) {
    const std::string looped =
        std::string("{{ $l := list 1 }}{{ $m := list 1 }}") +
        "{{ range until 16 }}{{ $l = list $l $l }}{{ $m = list $m $m }}{{ end }}" +
        "{{ $t := . }}{{ $texts := list }}" +
        "{{ range until 100 }}{{ $texts = append $texts $t }}{{ end }}" +
        "{{ range until 100000 }}{{ with $t }}" + work + "{{ end }}{{ end }}";
    EXPECT_THAT(ErrorOf(looped, text, "helm"), HasSubstr(error)) << work;
  }
}

}  // namespace
}  // namespace sidecar::gotemplate
