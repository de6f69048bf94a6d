#include "lib/gotemplate/exec.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/lib/gotemplate/exec_fixture.h"

namespace sidecar::gotemplate {
namespace {

using ::testing::HasSubstr;

using ExecTest = ExecFixture;

TEST_F(ExecTest, BranchesAndWith) {
  EXPECT_EQ(Run("{{if .}}yes{{else}}no{{end}}", Value::Int(0)), "no");
  EXPECT_EQ(Run("{{with .}}<{{.}}>{{end}}", Value::String("x")), "<x>");
  EXPECT_EQ(Run("{{with 0}}a{{else with 7}}b{{.}}{{else}}c{{end}}"), "b7");
  EXPECT_EQ(Run("{{if 0}}a{{else if 0}}b{{else}}c{{end}}"), "c");
}

TEST_F(ExecTest, VariablesLiveToTheEndOfTheirList) {
  EXPECT_EQ(Run("{{$x := 1}}{{if true}}{{$x := 2}}{{$x}}{{end}}{{$x}}"), "21");
  EXPECT_EQ(Run("{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}"), "2");
  EXPECT_EQ(Run("{{define \"z\"}}{{.}}{{end}}{{template \"z\" $x := 7}}{{$x}}"), "77");
}

TEST_F(ExecTest, ErrorsKeepWhatWasWritten) {
  EXPECT_EQ(Run("ab{{.x}}", Value::Int(1)),
            "ab!template: t:1:4: executing \"t\" at <.x>: can't evaluate field x in type int");
  EXPECT_EQ(Run("{{template \"none\"}}"),
            "!template: t:1:11: executing \"t\" at <{{template \"none\"}}>: template \"none\" not "
            "defined");
}

TEST_F(ExecTest, RecursionEndsAtGosDepthWithoutOverflow) {
  EXPECT_THAT(Run("{{define \"r\"}}{{if true}}{{template \"r\"}}{{end}}{{end}}{{template \"r\"}}"),
              HasSubstr("exceeded maximum template depth (100000)"));
}

TEST_F(ExecTest, StepsAreBudgeted) {
  options_.limits.steps = 1000;
  EXPECT_THAT(Run("{{range 1000000000000}}{{end}}"),
              HasSubstr("template: t:1:8: executing \"t\" at <1000000000000>: step budget of 1000 "
                        "exceeded"));
}

TEST_F(ExecTest, OutputIsBudgetedToTheByte) {
  options_.limits.output_bytes = 10;
  EXPECT_THAT(Run("{{range 100}}abc{{end}}"), HasSubstr("abcabcabca!"));
  EXPECT_THAT(Run("{{range 100}}{{1234567}}{{end}}"), HasSubstr("budget"));
}

TEST_F(ExecTest, TheStackIsBudgeted) {
  options_.limits.stack_bytes = 100000;
  EXPECT_THAT(Run("{{define \"r\"}}{{template \"r\"}}{{end}}{{template \"r\"}}"),
              HasSubstr("stack budget of 100000 bytes exceeded"));
}

TEST_F(ExecTest, ValuesAreLimitedByTheArena) {
  const Template tmpl =
      Template::Parse("t", "{{$s := \"0123456789\"}}{{range 40}}{{$s = print $s $s}}{{end}}")
          .value();
  Arena small(std::size_t{1} << 20U);
  std::string output;
  EXPECT_THAT(tmpl.Execute(Value(), small, {}, output).error().message,
              HasSubstr("template: t:1:"));
}

}  // namespace
}  // namespace sidecar::gotemplate
