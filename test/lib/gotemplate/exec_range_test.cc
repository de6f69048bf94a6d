#include <array>
#include <string>

#include <gtest/gtest.h>

#include "test/lib/gotemplate/exec_fixture.h"

namespace sidecar::gotemplate {
namespace {

using ExecRangeTest = ExecFixture;

TEST_F(ExecRangeTest, IntegersCountFromZero) {
  EXPECT_EQ(Run("{{range 3}}{{.}}{{end}}"), "012");
  EXPECT_EQ(Run("{{range $i := 3}}{{$i}}{{end}}"), "012");
  EXPECT_EQ(Run("{{range 0}}x{{else}}none{{end}}"), "none");
  EXPECT_EQ(Run("{{range .}}x{{else}}none{{end}}", Value::Int(-2)), "none");
  EXPECT_EQ(Run("{{range .}}{{printf \"%T\" .}} {{end}}", Value::Uint(2, BasicType("uint8"))),
            "uint8 uint8 ");
  EXPECT_EQ(Run("{{range $i, $x := 3}}{{end}}"),
            "!template: t:1:18: executing \"t\" at <3>: can't use 3 to iterate over more than one "
            "variable");
}

TEST_F(ExecRangeTest, FloatsAndStringsCannotBeIterated) {
  EXPECT_EQ(Run("{{range .}}{{end}}", Value::Float(3)),
            "!template: t:1:8: executing \"t\" at <.>: range can't iterate over 3");
}

TEST_F(ExecRangeTest, MapsAreVisitedInOrder) {
  MapData map;
  for (const char* const key : {"b", "a", "c"}) {
    map.Set(Value::String(key), Value::String(key), arena_);
  }
  EXPECT_EQ(Run("{{range $k, $v := .}}{{$k}}={{$v}} {{end}}", AnyMap(&map)), "a=a b=b c=c ");
  EXPECT_EQ(Run("{{range .}}x{{else}}none{{end}}", AnyMap(nullptr)), "none");
}

TEST_F(ExecRangeTest, BreakAndContinueReachTheInnermostLoop) {
  EXPECT_EQ(Run("{{range 3}}{{range 5}}{{if eq . 2}}{{break}}{{end}}{{.}}{{end}};{{end}}"),
            "01;01;01;");
  EXPECT_EQ(Run("{{range 4}}{{if eq . 2}}{{$x := 1}}{{continue}}{{end}}{{.}}{{end}}"), "013");
}

TEST_F(ExecRangeTest, AssignmentReachesTheOuterVariables) {
  std::array elements = {Value::String("a"), Value::String("b")};
  const Value list = AnySlice(elements);
  EXPECT_EQ(
      Run("{{$k := 0}}{{$v := 0}}{{$z := 9}}{{range $k, $v = .}}{{end}}{{$k}}{{$v}}{{$z}}", list),
      "1b9");
  EXPECT_EQ(Run("{{$v := 0}}{{range $v = .}}{{$v}}{{end}}{{$v}}", list), "abb");
}

}  // namespace
}  // namespace sidecar::gotemplate
