#include "lib/gotemplate/token_reader.h"

#include "lib/gotemplate/format.h"

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
  if (token.kind != TokenKind::kError) Fail("unexpected %s in %s", {description, context});
  if (tree_->action_line == 0 || tree_->action_line == token.line) Fail("%s", {description});
  std::string start = description.ends_with(" action") ? "" : " in action";
  start += " started at " + std::string(name_) + ':' + std::to_string(tree_->action_line);
  Fail("%s%s", {description, start});
}

void TokenReader::Fail(std::string_view format,
                       std::initializer_list<std::string_view> arguments) const {
  std::string whole = "template: " + std::string(name_);
  whole += ':' + std::to_string(tree_->last_line) + ": ";
  whole += format;
  std::vector<Value> values;
  for (const std::string_view argument : arguments) values.push_back(Value::String(argument));
  Arena arena;
  throw ParseError(std::string(Sprintf(arena, whole, values)));
}

}  // namespace sidecar::gotemplate
