#include "lib/gotemplate/token.h"

#include <gtest/gtest.h>

namespace sidecar::gotemplate {
namespace {

TEST(Token, ErrorsNameItAsGoDoes) {
  const struct {
    TokenKind kind;
    std::string_view text;
    std::string_view description;
  } kCases[] = {
      {TokenKind::kEof, "", "EOF"},
      {TokenKind::kError, "unclosed action", "unclosed action"},
      {TokenKind::kEnd, "end", "<end>"},
      {TokenKind::kDot, ".", "<.>"},
      {TokenKind::kChar, ",", R"(",")"},
      {TokenKind::kString, R"("b")", R"("\"b\"")"},
      {TokenKind::kIdentifier, "tencharact", R"("tencharact")"},
      {TokenKind::kIdentifier, "elevenchars", R"("elevenchar"...)"},
      {TokenKind::kText, "ééééééééééé", R"("éééééééééé"...)"},
      {TokenKind::kText, "éééééé", R"("éééééé"...)"},
      {TokenKind::kText, "a\nb", R"("a\nb")"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Describe({c.kind, 0, 1, c.text}), c.description);
  }
}

}  // namespace
}  // namespace sidecar::gotemplate
