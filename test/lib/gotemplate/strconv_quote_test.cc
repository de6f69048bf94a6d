#include <gtest/gtest.h>

#include "lib/gotemplate/strconv.h"

namespace sidecar::gotemplate {
namespace {

using std::string_literals::operator""s;

std::string Ascii(std::string_view text) {
  std::string quoted;
  AppendQuoteToAscii(quoted, text);
  return quoted;
}

std::string Rune(char32_t rune) {
  std::string quoted;
  AppendQuoteRune(quoted, rune);
  return quoted;
}

std::string AsciiRune(char32_t rune) {
  std::string quoted;
  AppendQuoteRuneToAscii(quoted, rune);
  return quoted;
}

TEST(StrconvQuoteTest, TextIsQuotedWithGoEscapes) {
  const struct {
    std::string text;
    std::string quoted;
    std::string ascii;
  } cases[] = {
      {"", R"("")", R"("")"},
      {"\a\b\f\r\n\t\v", R"("\a\b\f\r\n\t\v")", R"("\a\b\f\r\n\t\v")"},
      {"\\ \" '", R"("\\ \" '")", R"("\\ \" '")"},
      {"abc\xff"
       "def",
       R"("abc\xffdef")", R"("abc\xffdef")"},
      {"\xe4\xb8", R"("\xe4\xb8")", R"("\xe4\xb8")"},
      {"☺", R"("☺")", R"("\u263a")"},
      {"\U0010FFFF", R"("\U0010ffff")", R"("\U0010ffff")"},
      {"😀", R"("😀")", R"("\U0001f600")"},
      {"\x04\x7f\0"s, R"("\x04\x7f\x00")", R"("\x04\x7f\x00")"},
      {"\xc2\xa0\xc2\x80", R"("\u00a0\u0080")", R"("\u00a0\u0080")"},
      {"\xef\xbf\xbd", "\"\xef\xbf\xbd\"", R"("\ufffd")"},
      {"\xef\xbb\xbf", R"("\ufeff")", R"("\ufeff")"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Quote(c.text), c.quoted);
    EXPECT_EQ(Ascii(c.text), c.ascii);
  }
}

TEST(StrconvQuoteTest, RunesAreQuotedSingly) {
  EXPECT_EQ(Rune('a'), "'a'");
  EXPECT_EQ(Rune('\''), R"('\'')");
  EXPECT_EQ(Rune('"'), R"('"')");
  EXPECT_EQ(Rune('\\'), R"('\\')");
  EXPECT_EQ(Rune('\n'), R"('\n')");
  EXPECT_EQ(Rune(U'☺'), "'☺'");
  EXPECT_EQ(AsciiRune(U'☺'), R"('\u263a')");
  EXPECT_EQ(AsciiRune(0x10FFFF), R"('\U0010ffff')");
  EXPECT_EQ(Rune(0xD800), "'\xef\xbf\xbd'");
  EXPECT_EQ(AsciiRune(0x110000), R"('\ufffd')");
  EXPECT_EQ(Rune(0), R"('\x00')");
  EXPECT_EQ(Rune(0x7F), R"('\x7f')");
}

TEST(StrconvQuoteTest, BackQuotesHoldOnlyPlainLines) {
  for (const char* const text : {"", "a b", "tab\t", "\\n", "世界", "'\""}) {
    EXPECT_TRUE(CanBackquote(text)) << text;
  }
  for (const char* const text : {"`", "a\n", "\r", "\x01", "\x7f", "\xff", "\xef\xbb\xbf"}) {
    EXPECT_FALSE(CanBackquote(text)) << text;
  }
}

TEST(StrconvQuoteTest, LiteralsAreUnquoted) {
  const struct {
    std::string literal;
    std::string value;
  } cases[] = {
      {R"("")", ""},
      {R"("hello")", "hello"},
      {R"("\a\b\f\n\r\t\v\\\"")", "\a\b\f\n\r\t\v\\\""},
      {R"("\x41\101\u0041\U00000041")", "AAAA"},
      {R"("\xFF\377")", "\xff\xff"},
      {R"("\u65e5本\U0010ffff")", "日本\U0010FFFF"},
      {R"("'")", "'"},
      {R"('a')", "a"},
      {R"('"')", "\""},
      {R"('\'')", "'"},
      {R"('\x10')", "\x10"},
      {R"('\377')", "\xff"},
      {R"('☹')", "☹"},
      {R"('\u1234')", "\u1234"},
      {"``", ""},
      {"`\\xFF\"'\n\t`", "\\xFF\"'\n\t"},
      {"`a\r\nb\r`", "a\nb"},
      {"\"\xff\"", "\xef\xbf\xbd"},
  };
  for (const auto& c : cases) EXPECT_EQ(Unquote(c.literal), c.value) << c.literal;
}

TEST(StrconvQuoteTest, MalformedLiteralsAreRefused) {
  for (const std::string literal : {"",          "\"",      "\"a",         "\"'",
                                    "b\"",       "\"\\\"",  "\"\\9\"",     "\"\\19\"",
                                    "\"\\129\"", "'\\'",    "'\\9'",       "'\\19'",
                                    "'\\129'",   "'ab'",    "\"\\x1!\"",   "\"\\U12345678\"",
                                    "\"\\z\"",   "`",       "`xxx",        "``x\r",
                                    "`\"",       "\"\\'\"", "'\\\"'",      "\"\n\"",
                                    "\"\\\n\"",  "'\n'",    "\"\\udead\"", "\"\\ud83d\\ude4f\"",
                                    "''",        "'\\400'", "\"\\x4\"",    "\"a\"b\"",
                                    "\\",        "xx"}) {
    EXPECT_FALSE(Unquote(literal)) << literal;
  }
}

TEST(StrconvQuoteTest, OneCharacterIsTakenFromTheInside) {
  const auto escape = UnquoteChar(R"(\u00e9rest)", '\'');
  ASSERT_TRUE(escape);
  EXPECT_EQ(escape->value, U'é');
  EXPECT_TRUE(escape->multibyte);
  EXPECT_EQ(escape->tail, "rest");
  const auto byte = UnquoteChar(R"(\xe9')", '\'');
  ASSERT_TRUE(byte);
  EXPECT_EQ(byte->value, 0xE9U);
  EXPECT_FALSE(byte->multibyte);
  EXPECT_EQ(byte->tail, "'");
  EXPECT_FALSE(UnquoteChar("'x", '\''));
  EXPECT_FALSE(UnquoteChar("", '\''));
  EXPECT_FALSE(UnquoteChar("\\", '\''));
  EXPECT_TRUE(UnquoteChar("'x", '\0'));
  EXPECT_FALSE(UnquoteChar("\\'x", '\0'));
}

}  // namespace
}  // namespace sidecar::gotemplate
