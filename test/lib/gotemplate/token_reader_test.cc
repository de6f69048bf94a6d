#include "lib/gotemplate/token_reader.h"

#include <functional>

#include <gtest/gtest.h>

namespace sidecar::gotemplate {
namespace {

class TokenReaderTest : public testing::Test {
 protected:
  TokenReaderTest() { reader_.SetTree(&tree_); }

  std::string MessageOf(const std::function<void()>& body) {
    try {
      body();
    } catch (const ParseError& error) {
      return error.what();
    }
    return "no error";
  }

  Lexer lexer_{"{{$x .y\n:= `\n", {}};
  TokenReader reader_{"t", lexer_};
  TreeState tree_;
};

TEST_F(TokenReaderTest, PeekingTakesNothing) {
  EXPECT_EQ(reader_.Peek().kind, TokenKind::kLeftDelimiter);
  EXPECT_EQ(reader_.Next().kind, TokenKind::kLeftDelimiter);
  EXPECT_EQ(reader_.NextNonSpace().text, "$x");
  EXPECT_EQ(reader_.PeekNonSpace().text, ".y");
  EXPECT_EQ(reader_.Next().text, ".y");
}

TEST_F(TokenReaderTest, GivesBackUpToThreeTokens) {
  reader_.Next();
  const Token variable = reader_.Next();
  const Token space = reader_.Next();
  reader_.Next();
  reader_.Backup(variable, space);
  EXPECT_EQ(reader_.Next().text, "$x");
  EXPECT_EQ(reader_.Next().kind, TokenKind::kSpace);
  EXPECT_EQ(reader_.Next().text, ".y");
  reader_.Backup(variable);
  EXPECT_EQ(reader_.Next().text, "$x");
  EXPECT_EQ(reader_.Next().text, ".y");
}

TEST_F(TokenReaderTest, ErrorsCarryTheLineOfTheTokenLexedLast) {
  const Token token = reader_.Next();
  EXPECT_EQ(MessageOf([&] { reader_.Fail("no"); }), "template: t:1: no");
  while (reader_.Peek().kind != TokenKind::kDeclare) reader_.Next();
  EXPECT_EQ(MessageOf([&] { reader_.Unexpected(token, "input"); }),
            "template: t:2: unexpected \"{{\" in input");
  EXPECT_EQ(MessageOf([&] { reader_.Expect(TokenKind::kRightDelimiter, "end"); }),
            "template: t:2: unexpected \":=\" in end");
}

TEST_F(TokenReaderTest, ErrorsOfTheLexerTellWhereTheActionBegan) {
  const Token unclosed{TokenKind::kError, 0, 2, "unclosed action"};
  const Token quoted{TokenKind::kError, 0, 2, "unterminated quoted string"};
  const auto message = [&](const Token& token) {
    return MessageOf([&] { reader_.Unexpected(token, "operand"); });
  };
  EXPECT_EQ(message(unclosed), "template: t:1: unclosed action");
  tree_.action_line = 1;
  EXPECT_EQ(message(unclosed), "template: t:1: unclosed action started at t:1");
  EXPECT_EQ(message(quoted), "template: t:1: unterminated quoted string in action started at t:1");
  tree_.action_line = 2;
  EXPECT_EQ(message(quoted), "template: t:1: unterminated quoted string");
}

TEST(VariableScope, KnowsWhatWasDeclaredAndNotYetLeft) {
  VariableScope scope;
  EXPECT_TRUE(scope.IsDeclared(0));
  EXPECT_FALSE(scope.IsDeclared(1));
  scope.Declare(1);
  const std::size_t mark = scope.size();
  scope.Declare(1);
  scope.Declare(2);
  scope.PopTo(mark);
  EXPECT_TRUE(scope.IsDeclared(1));
  EXPECT_FALSE(scope.IsDeclared(2));
}

}  // namespace
}  // namespace sidecar::gotemplate
