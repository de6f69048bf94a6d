#include "lib/gotemplate/token_reader.h"

namespace sidecar::gotemplate {

Token TokenReader::Next() {
  if (peek_count_ > 0) {
    --peek_count_;
  } else {
    tokens_[0] = lexer_.Next();
    tree_->last_line = tokens_[0].line;
  }
  return tokens_[peek_count_];
}

Token TokenReader::Peek() {
  const Token token = Next();
  Backup();
  return token;
}

Token TokenReader::NextNonSpace() {
  Token token = Next();
  while (token.kind == TokenKind::kSpace) token = Next();
  return token;
}

Token TokenReader::PeekNonSpace() {
  const Token token = NextNonSpace();
  Backup();
  return token;
}

void TokenReader::Backup(const Token& before) {
  tokens_[1] = before;
  peek_count_ = 2;
}

void TokenReader::Backup(const Token& before_it, const Token& before) {
  tokens_[1] = before;
  tokens_[2] = before_it;
  peek_count_ = 3;
}

Token TokenReader::Expect(TokenKind kind, std::string_view context) {
  const Token token = NextNonSpace();
  if (token.kind != kind) Unexpected(token, context);
  return token;
}

void TokenReader::Unexpected(const Token& token, std::string_view context) const {
  const std::string description = Describe(token);
  if (token.kind != TokenKind::kError) {
    Fail("unexpected " + description + " in " + std::string(context));
  }
  if (tree_->action_line == 0 || tree_->action_line == token.line) Fail(description);
  const std::string start =
      " started at " + std::string(name_) + ':' + std::to_string(tree_->action_line);
  Fail(description + (description.ends_with(" action") ? "" : " in action") + start);
}

void TokenReader::Fail(const std::string& message) const {
  throw ParseError("template: " + std::string(name_) + ':' + std::to_string(tree_->last_line) +
                   ": " + message);
}

}  // namespace sidecar::gotemplate
