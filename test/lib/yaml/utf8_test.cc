#include "lib/yaml/utf8.h"

#include <gtest/gtest.h>

namespace sidecar::yaml {
namespace {

TEST(Utf8Test, DecodesEveryWidth) {
  const std::string_view text = "a\u00e9\u65e5\U0001F600";
  std::size_t at = 0;
  for (const char32_t expected : {U'a', U'\u00e9', U'\u65e5', U'\U0001F600'}) {
    const Rune rune = DecodeRune(text, at);
    EXPECT_EQ(rune.value, expected);
    at += rune.width;
  }
  EXPECT_EQ(at, text.size());
  EXPECT_EQ(DecodeRune(text, at).width, 0U);
}

TEST(Utf8Test, InvalidBytesAreReplacedOneByOne) {
  EXPECT_EQ(ReplaceInvalidUtf8("a\xff\xc3z"), "a\uFFFD\uFFFDz");
  EXPECT_EQ(ReplaceInvalidUtf8("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(ReplaceInvalidUtf8("\xc0\x80"), "\uFFFD\uFFFD");
  EXPECT_EQ(ReplaceInvalidUtf8("\uFFFD"), "\uFFFD");
}

TEST(Utf8Test, ValidityKnowsOverlongSurrogateAndTruncated) {
  EXPECT_TRUE(IsValidUtf8("plain text, longer than a word \u65e5"));
  EXPECT_FALSE(IsValidUtf8("plain text, longer than a word \xe6\x97"));
  EXPECT_FALSE(IsValidUtf8("\xe0\x80\x80"));
  EXPECT_FALSE(IsValidUtf8("\xed\xbf\xbf"));
  EXPECT_FALSE(IsValidUtf8("\xf4\x90\x80\x80"));
}

TEST(Utf8Test, SurrogatesAreWrittenAsReplacement) {
  std::string out;
  AppendRune(0xD800, out);
  AppendRune(0x110000, out);
  AppendRune(U'\u00e9', out);
  EXPECT_EQ(out, "\uFFFD\uFFFD\u00e9");
}

}  // namespace
}  // namespace sidecar::yaml
