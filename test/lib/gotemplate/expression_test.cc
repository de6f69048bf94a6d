#include "lib/gotemplate/expression.h"

#include <string>

#include <gtest/gtest.h>

#include "lib/gotemplate/node_print.h"

namespace sidecar::gotemplate {
namespace {

// One action's pipeline, and what was made of it.
class Expression {
 public:
  explicit Expression(std::string_view action, std::string_view context = "command") {
    source_.name = "t";
    source_.text = "{{" + std::string(action) + "}}";
    Lexer lexer(source_.text, {});
    TokenReader reader(source_.name, lexer);
    reader.SetTree(&tree_);
    const std::function<bool(std::string_view)> has_function = [](std::string_view name) {
      return name == "f" || name == "g";
    };
    const ExpressionParser::RefusalOf refusal_of;
    ExpressionParser parser(reader, source_, has_function, refusal_of);
    reader.Next();
    try {
      pipe_ = parser.ParsePipeline(context);
    } catch (const ParseError& error) {
      error_ = error.what();
    }
  }

  const PipeNode& pipe() const { return *pipe_; }
  std::string Printed() const { return pipe_ == nullptr ? error_ : Print(*pipe_); }
  const Source& source() const { return source_; }

 private:
  Source source_;
  TreeState tree_;
  const PipeNode* pipe_ = nullptr;
  std::string error_;
};

struct Case {
  std::string_view action;
  std::string_view printed;
};

TEST(Expression, PrintsBackWhatItRead) {
  const Case kCases[] = {
      {".", "."},
      {"$", "$"},
      {".x.y.z", ".x.y.z"},
      {"$.x", "$.x"},
      {"f 1 .x", "f 1 .x"},
      {" f | g 2 ", "f | g 2"},
      {".x | ", ".x"},
      {".x |f| ", ".x | f"},
      {"$x := .a", "$x := .a"},
      {"$x := $x", "$x := $x"},
      {"$ := 1", "$ := 1"},
      {"(.a)", "(.a)"},
      {"((f) | g)", "((f) | g)"},
      {"f ($x := 1) $x", "f ($x := 1) $x"},
      {"(f 1).a.b (g)", "(f 1).a.b (g)"},
      {"f.x", "f.x"},
      {"f 1.5 'a' `r` \"s\" nil true .5 1i 1+2i", "f 1.5 'a' `r` \"s\" nil true .5 1i 1+2i"},
      {"f\n.x\n", "f .x"},
  };
  for (const Case& c : kCases) EXPECT_EQ(Expression(c.action).Printed(), c.printed) << c.action;
}

TEST(Expression, RefusesWhatGoRefuses) {
  const Case kCases[] = {
      {"", "missing value for command"},
      {"()", "missing value for parenthesized pipeline"},
      {"$x := ", "missing value for command"},
      {"f | | g", "unexpected \"|\" in command"},
      {"| f", "unexpected \"|\" in command"},
      {"f | 1", "non executable command in pipeline stage 2"},
      {"f | g | nil", "non executable command in pipeline stage 3"},
      {"f | .", "non executable command in pipeline stage 2"},
      {"f | true", "non executable command in pipeline stage 2"},
      {"f | \"s\"", "non executable command in pipeline stage 2"},
      {"h", "function \"h\" not defined"},
      {"$y", "undefined variable \"$y\""},
      {"$y.z", "undefined variable \"$y\""},
      {"$y = $z", "undefined variable \"$z\""},
      {"..x", "unexpected . after term \".\""},
      {"nil.x", "unexpected . after term \"nil\""},
      {"true.x", "unexpected . after term \"true\""},
      {"\"a\".x", "unexpected . after term \"\\\"a\\\"\""},
      {"1 .x.y.", "unexpected <.> in operand"},
      {"f 3(4)", "unexpected \"(\" in operand"},
      {"(f)(g)", "unexpected \"(\" in operand"},
      {"f,g", "unexpected \",\" in operand"},
      {"f end", "unexpected <end> in operand"},
      {"end", "unexpected <end> in command"},
      {"f = g", "unexpected \"=\" in operand"},
      {"f := g", "unexpected \":=\" in operand"},
      {"$x, $y := 1", "too many declarations in command"},
      {"(1", "unclosed left paren"},
      {"1)", "unexpected right paren"},
      {"f \"\\q\"", "invalid syntax"},
      {"f '\\q'", "invalid syntax"},
      {"f 1e", "illegal number syntax: \"1e\""},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(Expression(c.action).Printed(), "template: t:1: " + std::string(c.printed))
        << c.action;
  }
}

TEST(Expression, RangeDeclaresUpToTwoVariables) {
  const Case kCases[] = {
      {"$i, $x := .l", "$i, $x := .l"},
      {"$i,$x = .l", "$i, $x := .l"},
      {"$x := .l", "$x := .l"},
      {"$i, $x, $z := .l", "template: t:1: too many declarations in range"},
      {"$i, .l", "template: t:1: range can only initialize variables"},
      {"$i, 3 := .l", "template: t:1: range can only initialize variables"},
      {"$i, ", "template: t:1: missing value for range"},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(Expression(c.action, "range").Printed(), c.printed) << c.action;
  }
}

TEST(Expression, NumbersEqualNamesEqually) {
  const Expression expression("f $ ($x := g) $x ($y := f) $y.a $x.b");
  EXPECT_EQ(expression.source().functions, (std::vector<std::string_view>{"f", "g"}));
  const auto arguments = expression.pipe().commands[0]->arguments;
  EXPECT_EQ(arguments[1]->As<VariableNode>().variable, 0u);
  const std::uint32_t x = arguments[3]->As<VariableNode>().variable;
  EXPECT_EQ(arguments[2]->As<PipeNode>().variables[0]->variable, x);
  EXPECT_EQ(arguments[6]->As<VariableNode>().variable, x);
  EXPECT_NE(arguments[5]->As<VariableNode>().variable, x);
}

// Where Go's errors point.
TEST(Expression, ChainsStandWhereTheirSecondFieldDoes) {
  const Expression expression("f .a .b.c.d (g).e $.h");
  const auto arguments = expression.pipe().commands[0]->arguments;
  EXPECT_EQ(arguments[0]->position, 2u);
  EXPECT_EQ(arguments[1]->position, 4u);
  EXPECT_EQ(arguments[2]->position, 9u);
  EXPECT_EQ(arguments[3]->position, 17u);
  EXPECT_EQ(arguments[3]->As<ChainNode>().operand->position, 15u);
  EXPECT_EQ(arguments[4]->position, 21u);
}

TEST(Expression, NestsTenThousandParentheses) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '(') + "1" + std::string(depth, ')');
  };
  EXPECT_EQ(Expression(nested(10000)).Printed(), nested(10000));
  EXPECT_EQ(Expression(nested(10001)).Printed(), "template: t:1: max expression depth exceeded");
  EXPECT_EQ(Expression(std::string(1000000, '(')).Printed(),
            "template: t:1: max expression depth exceeded");
}

TEST(Expression, PipesUpToAHundredThousandCommands) {
  const auto piped = [](std::size_t commands) {
    std::string action = "f";
    for (std::size_t i = 1; i < commands; ++i) action += "|f";
    return action;
  };
  EXPECT_EQ(Expression(piped(100000)).pipe().commands.size(), 100000u);
  EXPECT_EQ(Expression(piped(100001)).Printed(), "template: t:1: pipeline too long");
}

}  // namespace
}  // namespace sidecar::gotemplate
