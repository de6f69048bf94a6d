#include "lib/base/utf8.h"

#include <gtest/gtest.h>

namespace sidecar {
namespace {

using std::string_literals::operator""s;

TEST(Utf8Test, ValidEncodingsAreReadWhole) {
  const struct {
    std::string text;
    char32_t rune;
  } cases[] = {
      {"\0"s, 0},
      {"a", 'a'},
      {"\x7f", 0x7F},
      {"\xc2\x80", 0x80},
      {"\xdf\xbf", 0x7FF},
      {"\xe0\xa0\x80", 0x800},
      {"世", 0x4E16},
      {"\xed\x9f\xbf", 0xD7FF},
      {"\xee\x80\x80", 0xE000},
      {"\xef\xbf\xbd", kRuneError},
      {"\xf0\x90\x80\x80", 0x10000},
      {"\xf4\x8f\xbf\xbf", kMaxRune},
  };
  for (const auto& c : cases) {
    const DecodedRune decoded = DecodeRune(c.text + "tail");
    EXPECT_EQ(decoded.rune, c.rune) << c.text;
    EXPECT_EQ(decoded.width, c.text.size()) << c.text;
    EXPECT_FALSE(decoded.IsInvalidByte());
    std::string again;
    AppendRune(again, c.rune);
    EXPECT_EQ(again, c.text);
  }
}

TEST(Utf8Test, AnythingElseIsOneByteOfReplacement) {
  for (const std::string text :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2z", "\xe0\x9f\xbf", "\xe4\xb8",
        "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
    EXPECT_TRUE(DecodeRune(text).IsInvalidByte()) << text.size();
    EXPECT_FALSE(IsValidUtf8(text));
  }
  EXPECT_EQ(DecodeRune("").width, 0U);
}

TEST(Utf8Test, WhatIsNoRuneIsWrittenAsReplacement) {
  std::string out;
  AppendRune(out, 0xD800);
  AppendRune(out, 0x110000);
  AppendRune(out, static_cast<char32_t>(-1));
  EXPECT_EQ(out, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(Utf8Test, RunesAreCountedWithInvalidBytesOneEach) {
  EXPECT_EQ(RuneCount(""), 0U);
  EXPECT_EQ(RuneCount("héllo, 世界"), 9U);
  EXPECT_EQ(RuneCount("\xe4\xb8"
                      "a\xff"),
            4U);
  EXPECT_TRUE(IsValidUtf8("héllo, 世界"));
}

TEST(Utf8Test, InvalidBytesAreReplacedOneByOne) {
  EXPECT_EQ(ReplaceInvalidUtf8("a\xff\xc3z"), "a\uFFFD\uFFFDz");
  EXPECT_EQ(ReplaceInvalidUtf8("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(ReplaceInvalidUtf8("\uFFFD"), "\uFFFD");
}

TEST(Utf8Test, LongTextsAreCheckedToTheirEnd) {
  EXPECT_TRUE(IsValidUtf8("plain text, longer than a word \u65e5"));
  EXPECT_FALSE(IsValidUtf8("plain text, longer than a word \xe6\x97"));
  EXPECT_EQ(FirstNonAscii("plain text, longer than a word \u65e5"), 31U);
  EXPECT_EQ(FirstNonAscii("plain"), 5U);
}

}  // namespace
}  // namespace sidecar
