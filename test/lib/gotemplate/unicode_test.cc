#include "lib/gotemplate/unicode.h"

#include <gtest/gtest.h>

#include "lib/base/utf8.h"

namespace sidecar::gotemplate {
namespace {

TEST(UnicodeTest, PrintableIsWhatIsSeenAndTheSpace) {
  for (const char32_t rune : {U' ', U'~', U'¡', U'ÿ', U'世', U'😀', U'\u0301', char32_t{0x2020},
                              U'\uFFFD', U'\U0001FAE8', U'\U000323AF', U'\u0CF3'}) {
    EXPECT_TRUE(IsPrint(rune)) << std::hex << static_cast<unsigned>(rune);
  }
  for (const char32_t rune :
       {U'\0', U'\n', char32_t{0x7F}, char32_t{0x80}, char32_t{0xA0}, char32_t{0xAD}, U'\u200B',
        U'\u2028', U'\uFEFF', char32_t{0xD800}, U'\uE000', char32_t{0x323B0}, char32_t{0x110000},
        char32_t{0xFFFFFFFF}}) {
    EXPECT_FALSE(IsPrint(rune)) << std::hex << static_cast<unsigned>(rune);
  }
}

// The totals of Unicode 15.0: 149186 graphic and format characters, less 170 of format
// and the separators other than the ASCII space (16 of Zs, 1 of Zl, 1 of Zp).
TEST(UnicodeTest, TheTablesHoldAllOfUnicode15) {
  int printable = 0;
  int letters = 0;
  int digits = 0;
  int spaces = 0;
  for (char32_t rune = 0; rune <= kMaxRune; ++rune) {
    printable += IsPrint(rune) ? 1 : 0;
    letters += IsLetter(rune) ? 1 : 0;
    digits += IsDigit(rune) ? 1 : 0;
    spaces += IsSpace(rune) ? 1 : 0;
  }
  EXPECT_EQ(printable, 149186 - 170 - 18);
  EXPECT_EQ(letters, 136104);
  EXPECT_EQ(digits, 680);
  EXPECT_EQ(spaces, 25);
}

TEST(UnicodeTest, LettersDigitsAndSpacesOfAnyScript) {
  EXPECT_TRUE(IsLetter(U'a') && IsLetter(U'Z') && IsLetter(U'é') && IsLetter(U'世'));
  EXPECT_FALSE(IsLetter(U'_') || IsLetter(U'1') || IsLetter(U'×') || IsLetter(U'\u0301'));
  EXPECT_TRUE(IsDigit(U'0') && IsDigit(U'9') && IsDigit(U'٣'));
  EXPECT_FALSE(IsDigit(U'a') || IsDigit(U'½') || IsDigit(U'Ⅷ'));
  EXPECT_TRUE(IsSpace(U' ') && IsSpace(U'\v') && IsSpace(U'\u0085') && IsSpace(U'\u3000'));
  EXPECT_FALSE(IsSpace(U'a') || IsSpace(U'\u200B'));
}

}  // namespace
}  // namespace sidecar::gotemplate
