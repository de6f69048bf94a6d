#include "lib/gotemplate/funcs/text_case.h"

#include <gtest/gtest.h>

namespace sidecar::gotemplate::funcs {
namespace {

TEST(TextCaseTest, MapsSingleCodePoints) {
  const struct {
    char32_t lower, upper, title;
  } kCases[] = {
      {U'a', U'A', U'A'},
      {U'z', U'Z', U'Z'},
      {U'\u00e9', U'\u00c9', U'\u00c9'},
      {U'\u00ff', U'\u0178', U'\u0178'},
      {U'\u0101', U'\u0100', U'\u0100'},
      {U'\u01c6', U'\u01c4', U'\u01c5'},
      {U'\u03b1', U'\u0391', U'\u0391'},
      {U'\u0434', U'\u0414', U'\u0414'},
      {U'\u1f80', U'\u1f88', U'\u1f88'},
      {U'\U00010428', U'\U00010400', U'\U00010400'},
  };
  for (const auto& one : kCases) {
    EXPECT_EQ(ToUpper(one.lower), one.upper) << static_cast<unsigned>(one.lower);
    EXPECT_EQ(ToLower(one.upper), one.lower) << static_cast<unsigned>(one.upper);
    EXPECT_EQ(ToTitle(one.lower), one.title) << static_cast<unsigned>(one.lower);
  }
}

TEST(TextCaseTest, LeavesAloneWhatHasNoSimpleMapping) {
  for (const char32_t rune : {U'\u00df', U'1', U' ', U'\u65e5', U'\u0149'}) {
    EXPECT_EQ(ToUpper(rune), rune) << static_cast<unsigned>(rune);
    EXPECT_EQ(ToLower(rune), rune) << static_cast<unsigned>(rune);
  }
  EXPECT_EQ(ToLower(U'\u0130'), U'i');  // The simple mapping of the dotted capital I.
  EXPECT_EQ(ToUpper(U'\u0131'), U'I');
}

TEST(TextCaseTest, KnowsTheCategories) {
  EXPECT_TRUE(IsUpper(U'A') && IsUpper(U'\u00c9') && !IsUpper(U'a') && !IsUpper(U'\u01c5'));
  EXPECT_TRUE(IsLower(U'a') && IsLower(U'\u00df') && !IsLower(U'A') && !IsLower(U'\u00aa'));
  EXPECT_TRUE(IsTitle(U'\u01c5') && !IsTitle(U'A'));
  EXPECT_TRUE(IsNumber(U'7') && IsNumber(U'\u00bd') && !IsNumber(U'a'));
  for (const char32_t rune : {U'!', U'-', U'_', U'@', U'\\', U'}', U'\u00bf', U'\u3001'}) {
    EXPECT_TRUE(IsPunct(rune)) << static_cast<unsigned>(rune);
  }
  for (const char32_t rune :
       {U'$', U'+', U'<', U'^', U'`', U'|', U'~', U'a', U'0', U' ', U'\x7f'}) {
    EXPECT_FALSE(IsPunct(rune)) << static_cast<unsigned>(rune);
  }
}

TEST(MapRunesTest, CopiesNothingThatStays) {
  Arena arena;
  const std::string_view text = "already lower \u00e9";
  EXPECT_EQ(MapRunes(text, ToLower, arena).data(), text.data());
}

TEST(MapRunesTest, ReplacesInvalidBytes) {
  Arena arena;
  EXPECT_EQ(MapRunes("ab\xff\u00e9", ToUpper, arena), "AB\uFFFD\u00c9");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
