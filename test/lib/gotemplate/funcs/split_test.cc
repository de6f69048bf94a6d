#include "lib/gotemplate/funcs/split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate::funcs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SplitTest, AnswersAsStringsSplitN) {
  EXPECT_THAT(Split("a,b,,c", ",", kAllParts), ElementsAre("a", "b", "", "c"));
  EXPECT_THAT(Split("a,b,c", ",", 2), ElementsAre("a", "b,c"));
  EXPECT_THAT(Split("a,b,c", ",", 1), ElementsAre("a,b,c"));
  EXPECT_THAT(Split("a,b,c", ",", 0), IsEmpty());
  EXPECT_THAT(Split("", ",", kAllParts), ElementsAre(""));
  EXPECT_THAT(Split("abc", "xx", kAllParts), ElementsAre("abc"));
}

TEST(SplitTest, SplitsIntoRunesAtNothing) {
  EXPECT_THAT(Split("a\u00e9b", "", kAllParts), ElementsAre("a", "\u00e9", "b"));
  EXPECT_THAT(Split("abc", "", 2), ElementsAre("a", "bc"));
  EXPECT_THAT(Split("", "", kAllParts), IsEmpty());
}

std::string SliceError(std::int64_t start, std::int64_t end) {
  try {
    SliceText("hello", start, end);
    return "none";
  } catch (const FunctionError& error) {
    return error.what();
  }
}

TEST(SliceTextTest, PanicsAsGo) {
  EXPECT_EQ(SliceText("hello", 1, 3), "el");
  EXPECT_EQ(SliceError(0, 9), "runtime error: slice bounds out of range [:9] with length 5");
  EXPECT_EQ(SliceError(4, 3), "runtime error: slice bounds out of range [4:3]");
  EXPECT_EQ(SliceError(0, -1), "runtime error: slice bounds out of range [:-1]");
}

TEST(DecodeLastRuneTest, ReadsBackwards) {
  EXPECT_EQ(DecodeLastRune("ab").rune, U'b');
  EXPECT_EQ(DecodeLastRune("a\u00e9").rune, U'\u00e9');
  EXPECT_EQ(DecodeLastRune("a\U0001F600").width, 4U);
  EXPECT_TRUE(DecodeLastRune("a\x80").IsInvalidByte());
  EXPECT_EQ(DecodeLastRune("").width, 0U);
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
