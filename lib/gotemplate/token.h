#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sidecar::gotemplate {

enum class TokenKind : std::uint8_t {
  kError,  // The text is the message; nothing follows.
  kBool,
  kChar,          // Any other printable ASCII character, such as ','.
  kCharConstant,  // With its quotes.
  kComment,       // With "/*" and "*/"; only where asked for.
  kComplex,       // 1+2i; an imaginary number alone is a kNumber.
  kAssign,        // =
  kDeclare,       // :=
  kEof,
  kField,  // .name
  kIdentifier,
  kLeftDelimiter,
  kLeftParen,
  kNumber,
  kPipe,
  kRawString,  // With its quotes, like kString.
  kRightDelimiter,
  kRightParen,
  kSpace,
  kString,
  kText,
  kVariable,  // $ or $name
  // Keywords, and what is as good as one.
  kBlock,
  kBreak,
  kContinue,
  kDot,
  kDefine,
  kElse,
  kEnd,
  kIf,
  kNil,
  kRange,
  kTemplate,
  kWith,
};

// A piece of a template's text. Its own text is a view of the template's, or of the lexer's
// message.
struct Token {
  TokenKind kind = TokenKind::kEof;
  std::uint32_t position = 0;  // Byte offset.
  std::uint32_t line = 1;      // On which it begins, from 1.
  std::string_view text;
};

// The token as parse errors name it: `"x"`, `<end>`, `EOF`.
std::string Describe(const Token& token);

}  // namespace sidecar::gotemplate
