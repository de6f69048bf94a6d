#include "lib/gotemplate/lexer.h"

#include <algorithm>
#include <utility>

#include "lib/base/utf8.h"
#include "lib/gotemplate/strconv.h"
#include "lib/gotemplate/unicode.h"

namespace sidecar::gotemplate {
namespace {

constexpr char32_t kEnd = kMaxRune + 1;
constexpr std::string_view kSpaces = " \t\r\n";
constexpr std::string_view kCommentStart = "/*";
constexpr std::string_view kCommentEnd = "*/";
constexpr char kTrimMarker = '-';
constexpr std::size_t kTrimMarkerSize = 2;  // The marker and the space beside it.

// What may follow a name without a space.
constexpr std::string_view kTerminators = ".,|:)(";

bool IsSpaceByte(char c) {
  return kSpaces.find(c) != std::string_view::npos;
}

bool IsSpaceRune(char32_t rune) {
  return rune < kRuneSelf && IsSpaceByte(static_cast<char>(rune));
}

bool IsDecimalDigit(char c) {
  return c >= '0' && c <= '9';
}

bool IsAlphanumeric(char32_t rune) {
  return rune == '_' || IsLetter(rune) || IsDigit(rune);
}

bool HasLeftTrimMarker(std::string_view text) {
  return text.size() >= kTrimMarkerSize && text[0] == kTrimMarker && IsSpaceByte(text[1]);
}

bool HasRightTrimMarker(std::string_view text) {
  return text.size() >= kTrimMarkerSize && IsSpaceByte(text[0]) && text[1] == kTrimMarker;
}

std::size_t LeadingSpace(std::string_view text) {
  return std::min(text.find_first_not_of(kSpaces), text.size());
}

std::size_t TrailingSpace(std::string_view text) {
  return text.size() - (text.find_last_not_of(kSpaces) + 1);  // npos + 1 is 0.
}

// Go's %#U: U+0041 'A', without the character where it does not print.
std::string DescribeRune(char32_t rune) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::size_t kMinDigits = 4;
  std::string digits;
  for (char32_t rest = rune; rest > 0 || digits.size() < kMinDigits; rest >>= 4) {
    digits.insert(0, 1, kDigits[rest & 0xF]);
  }
  std::string description = "U+" + digits;
  if (IsPrint(rune)) {
    description += " '";
    AppendRune(description, rune);
    description += '\'';
  }
  return description;
}

struct Keyword {
  std::string_view word;
  TokenKind kind;
};

constexpr Keyword kKeywords[] = {
    {"block", TokenKind::kBlock},       {"break", TokenKind::kBreak},
    {"continue", TokenKind::kContinue}, {"define", TokenKind::kDefine},
    {"else", TokenKind::kElse},         {"end", TokenKind::kEnd},
    {"false", TokenKind::kBool},        {"if", TokenKind::kIf},
    {"nil", TokenKind::kNil},           {"range", TokenKind::kRange},
    {"template", TokenKind::kTemplate}, {"true", TokenKind::kBool},
    {"with", TokenKind::kWith},
};

}  // namespace

Token Lexer::Next() {
  return inside_action_ ? LexInsideAction() : LexText();
}

// Text up to the next action.
Token Lexer::LexText() {
  for (;;) {
    const std::size_t delimiter = text_.find(options_.left_delimiter, position_);
    if (delimiter == std::string_view::npos) {
      position_ = text_.size();
      return Emit(start_ < position_ ? TokenKind::kText : TokenKind::kEof);
    }
    const std::string_view before = text_.substr(position_, delimiter - position_);
    const bool trim = HasLeftTrimMarker(text_.substr(delimiter + options_.left_delimiter.size()));
    const std::size_t trimmed = trim ? TrailingSpace(before) : 0;
    if (before.size() > trimmed) {
      position_ = delimiter - trimmed;
      return Emit(TokenKind::kText);
    }
    position_ = delimiter;
    Ignore();
    Token token;
    if (LexLeftDelimiter(token)) return token;
  }
}

// False where there is nothing to emit: a comment was skipped.
bool Lexer::LexLeftDelimiter(Token& token) {
  const std::size_t after = position_ + options_.left_delimiter.size();
  const std::size_t marker = HasLeftTrimMarker(text_.substr(after)) ? kTrimMarkerSize : 0;
  if (text_.substr(after + marker).starts_with(kCommentStart)) {
    position_ = after + marker;
    Ignore();
    return LexComment(token);
  }
  position_ = after;
  token = Emit(TokenKind::kLeftDelimiter);
  position_ += marker;
  Ignore();
  inside_action_ = true;
  paren_depth_ = 0;
  return true;
}

bool Lexer::LexComment(Token& token) {
  const std::size_t end = text_.find(kCommentEnd, position_ + kCommentStart.size());
  if (end == std::string_view::npos) {
    token = Fail("unclosed comment");
    return true;
  }
  position_ = end + kCommentEnd.size();
  bool trim = false;
  if (!AtRightDelimiter(trim)) {
    token = Fail("comment ends before closing delimiter");
    return true;
  }
  token = Emit(TokenKind::kComment);
  position_ += (trim ? kTrimMarkerSize : 0) + options_.right_delimiter.size();
  if (trim) position_ += LeadingSpace(Rest());
  Ignore();
  return options_.emit_comments;
}

Token Lexer::LexRightDelimiter(bool trim) {
  if (trim) {
    position_ += kTrimMarkerSize;
    Ignore();
  }
  position_ += options_.right_delimiter.size();
  const Token token = Emit(TokenKind::kRightDelimiter);
  if (trim) {
    position_ += LeadingSpace(Rest());
    Ignore();
  }
  inside_action_ = false;
  return token;
}

Token Lexer::LexInsideAction() {
  bool trim = false;
  if (AtRightDelimiter(trim)) {
    return paren_depth_ == 0 ? LexRightDelimiter(trim) : Fail("unclosed left paren");
  }
  const char32_t rune = Peek();
  if (rune == kEnd) return Fail("unclosed action");
  if (IsSpaceRune(rune)) return LexSpace();
  if (AtNumber()) return LexNumber();
  if (IsAlphanumeric(rune)) return LexIdentifier();
  Read();
  switch (rune) {
    case '"': return LexQuoted('"', TokenKind::kString, "unterminated quoted string");
    case '\'': return LexQuoted('\'', TokenKind::kCharConstant, "unterminated character constant");
    case '`': return LexRawString();
    case '$': return LexFieldOrVariable(TokenKind::kVariable, TokenKind::kVariable);
    case '.': return LexFieldOrVariable(TokenKind::kField, TokenKind::kDot);
    default: return LexPunctuation(rune);
  }
}

Token Lexer::LexPunctuation(char32_t rune) {
  switch (rune) {
    case '=': return Emit(TokenKind::kAssign);
    case ':': return Read() == '=' ? Emit(TokenKind::kDeclare) : Fail("expected :=");
    case '|': return Emit(TokenKind::kPipe);
    case '(': ++paren_depth_; return Emit(TokenKind::kLeftParen);
    case ')':
      if (--paren_depth_ < 0) return Fail("unexpected right paren");
      return Emit(TokenKind::kRightParen);
    default:
      if (rune < kRuneSelf && IsPrint(rune)) return Emit(TokenKind::kChar);
      return Fail("unrecognized character in action: " + DescribeRune(rune));
  }
}

// Spaces up to a " -}}", whose space belongs to the delimiter.
Token Lexer::LexSpace() {
  position_ += LeadingSpace(Rest());
  --position_;
  bool trim = false;
  if (!AtRightDelimiter(trim) || !trim) ++position_;
  return Emit(TokenKind::kSpace);
}

Token Lexer::LexIdentifier() {
  SkipAlphanumerics();
  if (!AtTerminator()) return BadCharacter();
  const std::string_view word = Pending();
  const auto* const keyword = std::find_if(std::begin(kKeywords), std::end(kKeywords),
                                           [word](const Keyword& k) { return k.word == word; });
  const TokenKind kind = keyword == std::end(kKeywords) ? TokenKind::kIdentifier : keyword->kind;
  if ((kind == TokenKind::kBreak && !options_.break_is_keyword) ||
      (kind == TokenKind::kContinue && !options_.continue_is_keyword)) {
    return Emit(TokenKind::kIdentifier);
  }
  return Emit(kind);
}

// The "." or "$" has been read; `alone` is what it is without a name.
Token Lexer::LexFieldOrVariable(TokenKind kind, TokenKind alone) {
  if (AtTerminator()) return Emit(alone);
  SkipAlphanumerics();
  return AtTerminator() ? Emit(kind) : BadCharacter();
}

// Not a perfect scanner: it takes "." and "089" for numbers, which ParseNumber then refuses.
Token Lexer::LexNumber() {
  const auto bad_syntax = [this] { return Fail("bad number syntax: " + Quote(Pending())); };
  if (!ScanNumber()) return bad_syntax();
  const char32_t sign = Peek();
  if (sign != '+' && sign != '-') return Emit(TokenKind::kNumber);
  if (!ScanNumber() || text_[position_ - 1] != 'i') return bad_syntax();
  return Emit(TokenKind::kComplex);
}

bool Lexer::ScanNumber() {
  constexpr std::string_view kDecimal = "0123456789_";
  constexpr std::string_view kHexadecimal = "0123456789abcdefABCDEF_";
  std::string_view digits = kDecimal;
  Accept("+-");
  if (Accept("0")) {
    if (Accept("xX")) {
      digits = kHexadecimal;
    } else if (Accept("oO")) {
      digits = "01234567_";
    } else if (Accept("bB")) {
      digits = "01_";
    }
  }
  AcceptRun(digits);
  if (Accept(".")) AcceptRun(digits);
  const bool has_exponent =
      (digits == kDecimal && Accept("eE")) || (digits == kHexadecimal && Accept("pP"));
  if (has_exponent) {
    Accept("+-");
    AcceptRun(kDecimal);
  }
  Accept("i");
  if (!IsAlphanumeric(Peek())) return true;
  Read();  // For the error message.
  return false;
}

// The opening quote has been read. What it holds is for Unquote to judge.
Token Lexer::LexQuoted(char quote, TokenKind kind, std::string_view unterminated) {
  for (; position_ < text_.size() && text_[position_] != '\n'; ++position_) {
    if (text_[position_] == quote) {
      ++position_;
      return Emit(kind);
    }
    if (text_[position_] == '\\') {
      ++position_;
      if (position_ == text_.size() || text_[position_] == '\n') break;
    }
  }
  return Fail(unterminated);
}

Token Lexer::LexRawString() {
  const std::size_t end = text_.find('`', position_);
  if (end == std::string_view::npos) return Fail("unterminated raw quoted string");
  position_ = end + 1;
  return Emit(TokenKind::kRawString);
}

// A "." begins a number only before a digit. (At the end of the text, too, as in Go.)
bool Lexer::AtNumber() const {
  const std::string_view rest = Rest();
  if (rest[0] == '.') return rest.size() == 1 || IsDecimalDigit(rest[1]);
  return rest[0] == '+' || rest[0] == '-' || IsDecimalDigit(rest[0]);
}

// Whether a name may end here: it is what makes `$x+2` an error.
bool Lexer::AtTerminator() const {
  const char32_t rune = Peek();
  if (rune == kEnd || IsSpaceRune(rune)) return true;
  if (rune < kRuneSelf && kTerminators.find(static_cast<char>(rune)) != std::string_view::npos) {
    return true;
  }
  return Rest().starts_with(options_.right_delimiter);
}

bool Lexer::AtRightDelimiter(bool& trim) const {
  const std::string_view rest = Rest();
  trim = HasRightTrimMarker(rest) &&
         rest.substr(kTrimMarkerSize).starts_with(options_.right_delimiter);
  return trim || rest.starts_with(options_.right_delimiter);
}

char32_t Lexer::Peek() const {
  return position_ < text_.size() ? DecodeRune(Rest()).rune : kEnd;
}

char32_t Lexer::Read() {
  if (position_ >= text_.size()) return kEnd;
  const DecodedRune decoded = DecodeRune(Rest());
  position_ += decoded.width;
  return decoded.rune;
}

bool Lexer::Accept(std::string_view any_of) {
  if (position_ >= text_.size() || any_of.find(text_[position_]) == std::string_view::npos) {
    return false;
  }
  ++position_;
  return true;
}

void Lexer::AcceptRun(std::string_view any_of) {
  while (Accept(any_of)) {
  }
}

void Lexer::SkipAlphanumerics() {
  while (IsAlphanumeric(Peek())) Read();
}

// Ends the token here. A newline inside a delimiter counts for no line, as in Go.
Token Lexer::Emit(TokenKind kind) {
  const Token token{kind, static_cast<std::uint32_t>(start_), line_, Pending()};
  if (kind != TokenKind::kLeftDelimiter && kind != TokenKind::kRightDelimiter) CountLines();
  start_ = position_;
  return token;
}

void Lexer::Ignore() {
  CountLines();
  start_ = position_;
}

void Lexer::CountLines() {
  const std::string_view text = Pending();
  line_ += static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n'));
}

Token Lexer::Fail(std::string_view message) {
  error_ = message;
  return {TokenKind::kError, static_cast<std::uint32_t>(start_), line_, error_};
}

Token Lexer::BadCharacter() {
  return Fail("bad character " + DescribeRune(Peek()));
}

}  // namespace sidecar::gotemplate
