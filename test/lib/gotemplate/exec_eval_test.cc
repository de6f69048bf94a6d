#include <array>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/lib/gotemplate/exec_fixture.h"

namespace sidecar::gotemplate {
namespace {

using ::testing::HasSubstr;

using ExecEvalTest = ExecFixture;

TEST_F(ExecEvalTest, MissingKeysFollowTheOption) {
  const Value data = MapOfOne("a", Value());
  EXPECT_EQ(Run("{{.x}} {{.x.y}} {{.a}}", data), "<no value> <no value> <no value>");
  EXPECT_EQ(Run("{{.a.b}}", data),
            "!template: t:1:4: executing \"t\" at <.a.b>: nil pointer evaluating interface {}.b");
  options_.missing_key = MissingKey::kError;
  EXPECT_EQ(Run("{{.x}}", data),
            "!template: t:1:2: executing \"t\" at <.x>: map has no entry for key \"x\"");
  EXPECT_EQ(Run("{{.x}}"),
            "!template: t:1:2: executing \"t\" at <.x>: nil data; no entry for key \"x\"");
  options_.missing_key = MissingKey::kZero;
  EXPECT_EQ(Run("{{.x}}", Value::Map(nullptr, MapOf(StringType(), IntType()))), "0");
}

TEST_F(ExecEvalTest, ConstantsTakeTheTypeOfTheirSpelling) {
  EXPECT_EQ(Run("{{printf \"%T %T %T %T\" 1 1.0 'a' 1i}}"), "int float64 int complex128");
  EXPECT_THAT(Run("{{0xffffffffffffffff}}"), HasSubstr("0xffffffffffffffff overflows int"));
  EXPECT_THAT(Run("{{(1).x}}"), HasSubstr("can't evaluate field x in type int"));
}

TEST_F(ExecEvalTest, PromotedFieldsOfNilPointersFail) {
  static const Type base = [] {
    Type type;
    type.kind = Kind::kStruct;
    type.name = "shapes.Base";
    type.fields = {Field{"ID", IntType()}};
    return type;
  }();
  static const Type derived = [] {
    Type type;
    type.kind = Kind::kStruct;
    type.name = "shapes.Derived";
    type.fields = {Field{"Base", PointerTo(&base), true}, Field{"hidden", IntType()}};
    return type;
  }();
  const Value value = Value::Zero(&derived, arena_);
  EXPECT_THAT(Run("{{.ID}}", value),
              HasSubstr("reflect: indirection through nil pointer to embedded struct field Base"));
  EXPECT_THAT(Run("{{.hidden}}", value),
              HasSubstr("hidden is an unexported field of struct type shapes.Derived"));
}

TEST_F(ExecEvalTest, DeepExpressionsAreAnErrorAndPlainParenthesesAreNot) {
  std::string deep = "1";
  for (int i = 0; i < 2000; ++i) deep = "(print " + deep + ")";
  EXPECT_THAT(Run("{{" + deep + "}}"), HasSubstr("expression nested deeper than 1000"));
  const std::string open(5000, '(');
  const std::string close(5000, ')');
  EXPECT_EQ(Run("{{" + open + "1" + close + "}}"), "1");
}

TEST_F(ExecEvalTest, VariablesOfSkippedArgumentsAreUndefined) {
  EXPECT_THAT(Run("{{or 1 ($x := 2)}}{{$x}}"), HasSubstr("undefined variable: $x"));
}

}  // namespace
}  // namespace sidecar::gotemplate
