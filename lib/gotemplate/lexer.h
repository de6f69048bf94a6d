#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "lib/gotemplate/token.h"

namespace sidecar::gotemplate {

struct LexerOptions {
  std::string_view left_delimiter = "{{";
  std::string_view right_delimiter = "}}";
  bool emit_comments = false;
  // Off where the template has a function of that name.
  bool break_is_keyword = true;
  bool continue_is_keyword = true;
};

// Cuts a template's text into tokens, as text/template/parse's lexer of Go 1.26 does: space is
// trimmed at "{{- " and " -}}", comments are dropped, and inside an action runs of space are tokens
// of their own, since `.a .b` and `.a.b` differ.
//
// The text and the delimiters must outlive the lexer, and it its tokens. Positions are 32 bits:
// texts of 4 GiB and more are the caller's to refuse.
class Lexer {
 public:
  Lexer(std::string_view text, const LexerOptions& options) : text_(text), options_(options) {}

  // At the end kEof, again and again. Not to be called after kError.
  Token Next();

 private:
  Token LexText();
  bool LexLeftDelimiter(Token& token);
  bool LexComment(Token& token);
  Token LexRightDelimiter(bool trim);
  Token LexInsideAction();
  Token LexPunctuation(char32_t rune);
  Token LexSpace();
  Token LexIdentifier();
  Token LexFieldOrVariable(TokenKind kind, TokenKind alone);
  Token LexNumber();
  bool ScanNumber();
  Token LexQuoted(char quote, TokenKind kind, std::string_view unterminated);
  Token LexRawString();

  bool AtNumber() const;
  bool AtTerminator() const;
  bool AtRightDelimiter(bool& trim) const;

  char32_t Peek() const;  // At the end of the text: no character.
  char32_t Read();
  bool Accept(std::string_view any_of);
  void AcceptRun(std::string_view any_of);
  void SkipAlphanumerics();
  std::string_view Rest() const { return text_.substr(position_); }
  std::string_view Pending() const { return text_.substr(start_, position_ - start_); }

  Token Emit(TokenKind kind);
  void Ignore();
  void CountLines();
  Token Fail(std::string_view message);
  Token BadCharacter();

  std::string_view text_;
  LexerOptions options_;
  std::size_t start_ = 0;     // Of the token being read.
  std::size_t position_ = 0;  // Of what is read next.
  std::uint32_t line_ = 1;    // That start_ is on.
  bool inside_action_ = false;
  int paren_depth_ = 0;
  std::string error_;
};

}  // namespace sidecar::gotemplate
