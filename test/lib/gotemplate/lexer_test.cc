#include "lib/gotemplate/lexer.h"

#include <span>
#include <string>

#include <gtest/gtest.h>

namespace sidecar::gotemplate {
namespace {

std::string_view Symbol(TokenKind kind) {
  switch (kind) {
    case TokenKind::kError: return "error";
    case TokenKind::kBool: return "bool";
    case TokenKind::kChar: return "char";
    case TokenKind::kCharConstant: return "rune";
    case TokenKind::kComment: return "comment";
    case TokenKind::kComplex: return "complex";
    case TokenKind::kAssign: return "assign";
    case TokenKind::kDeclare: return "declare";
    case TokenKind::kEof: return "eof";
    case TokenKind::kField: return "field";
    case TokenKind::kIdentifier: return "id";
    case TokenKind::kLeftDelimiter: return "left";
    case TokenKind::kLeftParen: return "(";
    case TokenKind::kNumber: return "number";
    case TokenKind::kPipe: return "|";
    case TokenKind::kRawString: return "raw";
    case TokenKind::kRightDelimiter: return "right";
    case TokenKind::kRightParen: return ")";
    case TokenKind::kSpace: return "space";
    case TokenKind::kString: return "string";
    case TokenKind::kText: return "text";
    case TokenKind::kVariable: return "variable";
    default: return "keyword";
  }
}

bool IsPunctuation(TokenKind kind) {
  return kind == TokenKind::kEof || kind == TokenKind::kLeftDelimiter ||
         kind == TokenKind::kRightDelimiter || kind == TokenKind::kSpace ||
         kind == TokenKind::kLeftParen || kind == TokenKind::kRightParen ||
         kind == TokenKind::kPipe || kind == TokenKind::kAssign || kind == TokenKind::kDeclare;
}

// The tokens in a line: "left id:print space number:1 right eof".
std::string Tokens(std::string_view text, const LexerOptions& options = {}) {
  Lexer lexer(text, options);
  std::string line;
  for (;;) {
    const Token token = lexer.Next();
    if (!line.empty()) line += ' ';
    line += Symbol(token.kind);
    if (!IsPunctuation(token.kind)) line += ':' + std::string(token.text);
    if (token.kind == TokenKind::kEof || token.kind == TokenKind::kError) return line;
  }
}

struct Case {
  std::string_view text;
  std::string_view tokens;
};

void ExpectTokens(std::span<const Case> cases, const LexerOptions& options = {}) {
  for (const Case& c : cases) EXPECT_EQ(Tokens(c.text, options), c.tokens) << c.text;
}

TEST(Lexer, CutsTextAndActions) {
  const Case kCases[] = {
      {"", "eof"},
      {" \t\n", "text: \t\n eof"},
      {"now is the time", "text:now is the time eof"},
      {"a{{}}b", "text:a left right text:b eof"},
      {"{{,@% }}", "left char:, char:@ char:% space right eof"},
      {"{{((3))}}", "left ( ( number:3 ) ) right eof"},
      {"{{()}}", "left ( ) right eof"},
      {"{{for}}", "left id:for right eof"},
      {"{{block \"foo\" .}}", "left keyword:block space string:\"foo\" space keyword:. right eof"},
      {R"({{"abc \n\t\" "}})", R"(left string:"abc \n\t\" " right eof)"},
      {"{{`a\\n`}}", "left raw:`a\\n` right eof"},
      {"{{`a\n\nb`}}", "left raw:`a\n\nb` right eof"},
      {"{{'a' '\\n' '\\'' '\\\\' '本'}}",
       "left rune:'a' space rune:'\\n' space rune:'\\'' space rune:'\\\\' space rune:'本' right "
       "eof"},
      {"{{true false nil}}", "left bool:true space bool:false space keyword:nil right eof"},
      {"{{.}}", "left keyword:. right eof"},
      {"{{.x . .2 .x.y.z}}",
       "left field:.x space keyword:. space number:.2 space field:.x field:.y field:.z right eof"},
      {"{{range if else end with define template break continue}}",
       "left keyword:range space keyword:if space keyword:else space keyword:end space "
       "keyword:with space keyword:define space keyword:template space keyword:break space "
       "keyword:continue right eof"},
      {"{{$c := printf $ $hello $23 $ $var.Field .Method}}",
       "left variable:$c space declare space id:printf space variable:$ space variable:$hello "
       "space variable:$23 space variable:$ space variable:$var field:.Field space field:.Method "
       "right eof"},
      {"{{$x = 2}}", "left variable:$x space assign space number:2 right eof"},
      {"{{$v:=3}}", "left variable:$v declare number:3 right eof"},
      {"{{$v , $w := 3}}",
       "left variable:$v space char:, space variable:$w space declare space number:3 right eof"},
      {"{{.x|noargs 1|args \"hi\"}}",
       "left field:.x | id:noargs space number:1 | id:args space string:\"hi\" right eof"},
      {"{{(.Y 3).Z}}", "left ( field:.Y space number:3 ) field:.Z right eof"},
      {"{{$x(1)}}", "left variable:$x ( number:1 ) right eof"},
      {"{{é_9 ñ}}", "left id:é_9 space id:ñ right eof"},
      {"{{true.x}}", "left bool:true field:.x right eof"},
  };
  ExpectTokens(kCases);
}

TEST(Lexer, ReadsNumbersOfEveryKind) {
  const Case kCases[] = {
      {"{{1 02 0x14 0X14 -7.2i 1e3 1E3 +1.2e-4 4.2i 1+2i 1_2 0x1.e_fp4 0X1.E_FP4}}",
       "left number:1 space number:02 space number:0x14 space number:0X14 space number:-7.2i space "
       "number:1e3 space number:1E3 space number:+1.2e-4 space number:4.2i space complex:1+2i "
       "space number:1_2 space number:0x1.e_fp4 space number:0X1.E_FP4 right eof"},
      {"{{0b101 0o17 .5 5. -.5}}",
       "left number:0b101 space number:0o17 space number:.5 space number:5. space number:-.5 right "
       "eof"},
      {"{{1-2i}}", "left complex:1-2i right eof"},
      {"{{1.2.3}}", "left number:1.2 number:.3 right eof"},
      {"{{+}}", "left number:+ right eof"},
      {"{{3k}}", "left error:bad number syntax: \"3k\""},
      {"{{3kk}}", "left error:bad number syntax: \"3k\""},
      {"{{1+2}}", "left error:bad number syntax: \"1+2\""},
      {"{{0xg}}", "left error:bad number syntax: \"0xg\""},
      {"{{0b2}}", "left error:bad number syntax: \"0b2\""},
      {"{{1-}}", "left error:bad number syntax: \"1-\""},
      {"{{1é}}", "left error:bad number syntax: \"1é\""},
      {"{{.", "left number:."},
  };
  for (const Case& c : kCases) EXPECT_TRUE(Tokens(c.text).starts_with(c.tokens)) << Tokens(c.text);
}

TEST(Lexer, TrimsSpaceBesideItsMarkers) {
  const Case kCases[] = {
      {"hello- {{- 3 -}} -world", "text:hello- left number:3 right text:-world eof"},
      {"hello {{- 3}}", "text:hello left number:3 right eof"},
      {"{{3 -}} \r\n\t world", "left number:3 right text:world eof"},
      {"a {{-3}}", "text:a  left number:-3 right eof"},
      {"a {{-\n3\n-}} b", "text:a left number:3 right text:b eof"},
      {"a {{- \"x\"   -}} b", "text:a left string:\"x\" space right text:b eof"},
      {" \n {{- 3 }}", "left number:3 space right eof"},
      {"a\f{{- 3 -}}\xC2\xA0", "text:a\f left number:3 right text:\xC2\xA0 eof"},
      {"hello-{{- /* */ -}}-world", "text:hello- text:-world eof"},
      {"x {{- /* hello */}} y", "text:x text: y eof"},
      {"x {{/* hello */ -}} y", "text:x  text:y eof"},
      {"{{- -}}", "left number:- right eof"},
      {"{{- 3- }}", "left error:bad number syntax: \"3-\""},
  };
  for (const Case& c : kCases) EXPECT_TRUE(Tokens(c.text).starts_with(c.tokens)) << Tokens(c.text);
}

TEST(Lexer, DropsCommentsUnlessAskedForThem) {
  const std::string_view kText = "a{{/* {{ }} */}}b{{- /* x */ -}} c";
  EXPECT_EQ(Tokens(kText), "text:a text:b text:c eof");
  LexerOptions options;
  options.emit_comments = true;
  EXPECT_EQ(Tokens(kText, options), "text:a comment:/* {{ }} */ text:b comment:/* x */ text:c eof");
}

TEST(Lexer, RefusesWhatBelongsInNoAction) {
  const Case kCases[] = {
      {"#{{\x01}}", "text:# left error:unrecognized character in action: U+0001"},
      {"{{\xC2\xA0}}", "left error:unrecognized character in action: U+00A0"},
      {"{{☹}}", "left error:unrecognized character in action: U+2639 '☹'"},
      {"{{😀}}", "left error:unrecognized character in action: U+1F600 '😀'"},
      {"{{\xFF}}", "left error:unrecognized character in action: U+FFFD '\xEF\xBF\xBD'"},
      {"{{", "left error:unclosed action"},
      {"{{\n", "left space error:unclosed action"},
      {"{{range", "left keyword:range error:unclosed action"},
      {"{{\"\n\"}}", "left error:unterminated quoted string"},
      {"{{\"abc\\\"}}", "left error:unterminated quoted string"},
      {"{{\"abc\\", "left error:unterminated quoted string"},
      {"{{`xx}}", "left error:unterminated raw quoted string"},
      {"{{'\n}}", "left error:unterminated character constant"},
      {"{{'\\\n'}}", "left error:unterminated character constant"},
      {"{{(3}}", "left ( number:3 error:unclosed left paren"},
      {"{{3)}}", "left number:3 error:unexpected right paren"},
      {"{{a:b}}", "left id:a error:expected :="},
      {"{{a-b}}", "left error:bad character U+002D '-'"},
      {"{{$x+2}}", "left error:bad character U+002B '+'"},
      {"{{.x\xC2\xA0}}", "left error:bad character U+00A0"},
      {"{{true\"a\"}}", "left error:bad character U+0022 '\"'"},
      {"hello-{{/*/}}-world", "text:hello- error:unclosed comment"},
      {"{{/* x }}", "error:unclosed comment"},
      {"{{/* x */ }}", "error:comment ends before closing delimiter"},
      {"{{/* x */-}}", "error:comment ends before closing delimiter"},
  };
  ExpectTokens(kCases);
}

TEST(Lexer, TakesOtherDelimiters) {
  LexerOptions options;
  options.left_delimiter = "$$";
  options.right_delimiter = "@@";
  const Case kCases[] = {
      {"$$,@@", "left char:, right eof"},
      {"a $$- .x -@@ b {{.}}", "text:a left field:.x right text:b {{.}} eof"},
      {"$$/* c */@@x", "text:x eof"},
      {"$$`x`$y@@", "left raw:`x` variable:$y right eof"},
  };
  ExpectTokens(kCases, options);

  options.left_delimiter = "<<";
  options.right_delimiter = ">>";
  EXPECT_EQ(Tokens("<<.x>>{{}}<<end>>", options),
            "left field:.x right text:{{}} left keyword:end right eof");

  options.left_delimiter = "「";
  options.right_delimiter = "」";
  EXPECT_EQ(Tokens("日「.x」", options), "text:日 left field:.x right eof");

  options.left_delimiter = "(";
  options.right_delimiter = ")";
  EXPECT_EQ(Tokens("a(.b)c", options), "text:a left field:.b right text:c eof");
}

TEST(Lexer, LetsFunctionsTakeTheNamesOfJumps) {
  LexerOptions options;
  options.break_is_keyword = false;
  EXPECT_EQ(Tokens("{{break continue}}", options),
            "left id:break space keyword:continue right eof");
  options.break_is_keyword = true;
  options.continue_is_keyword = false;
  EXPECT_EQ(Tokens("{{break continue}}", options),
            "left keyword:break space id:continue right eof");
}

TEST(Lexer, TellsPositionAndLineOfEachToken) {
  Lexer lexer("a\n{{- \n.x\n\t`b\nc` -}}\n\nd", {});
  const struct {
    TokenKind kind;
    std::uint32_t position;
    std::uint32_t line;
  } kTokens[] = {
      {TokenKind::kText, 0, 1},
      {TokenKind::kLeftDelimiter, 2, 2},
      {TokenKind::kSpace, 6, 2},
      {TokenKind::kField, 7, 3},
      {TokenKind::kSpace, 9, 3},
      {TokenKind::kRawString, 11, 4},
      {TokenKind::kRightDelimiter, 18, 5},
      {TokenKind::kText, 22, 7},
      {TokenKind::kEof, 23, 7},
  };
  for (const auto& expected : kTokens) {
    const Token token = lexer.Next();
    EXPECT_EQ(token.kind, expected.kind) << Symbol(token.kind);
    EXPECT_EQ(token.position, expected.position) << Symbol(token.kind);
    EXPECT_EQ(token.line, expected.line) << Symbol(token.kind);
  }
  EXPECT_EQ(lexer.Next().kind, TokenKind::kEof);
}

}  // namespace
}  // namespace sidecar::gotemplate
