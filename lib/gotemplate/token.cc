#include "lib/gotemplate/token.h"

#include "lib/base/utf8.h"
#include "lib/gotemplate/strconv.h"

namespace sidecar::gotemplate {
namespace {

// Errors quote the beginning of a longer token (Go's "%.10q...").
constexpr std::size_t kQuotedBytes = 10;
constexpr std::size_t kQuotedRunes = 10;

std::string_view FirstRunes(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  for (; count > 0 && end < text.size(); --count) end += DecodeRune(text.substr(end)).width;
  return text.substr(0, end);
}

}  // namespace

std::string Describe(const Token& token) {
  if (token.kind == TokenKind::kEof) return "EOF";
  if (token.kind == TokenKind::kError) return std::string(token.text);
  if (token.kind >= TokenKind::kBlock) return '<' + std::string(token.text) + '>';
  if (token.text.size() <= kQuotedBytes) return Quote(token.text);
  return Quote(FirstRunes(token.text, kQuotedRunes)) + "...";
}

}  // namespace sidecar::gotemplate
