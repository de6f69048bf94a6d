#include "lib/gotemplate/funcs/arena_text.h"

#include <string>

#include <gtest/gtest.h>

namespace sidecar::gotemplate::funcs {
namespace {

TEST(ArenaTextTest, KeepsWhatIsAppended) {
  Arena arena;
  ArenaText text(arena);
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    text.Append("abc");
    text.Append('d');
    expected += "abcd";
  }
  EXPECT_EQ(text.text(), expected);
}

TEST(ArenaTextTest, WritesRunesAsUtf8) {
  Arena arena;
  ArenaText text(arena);
  for (const char32_t rune : {U'a', U'\u00e9', U'\u65e5', U'\U0001F600'}) text.AppendRune(rune);
  text.AppendRune(0xD800);
  EXPECT_EQ(text.text(), "a\u00e9\u65e5\U0001F600\uFFFD");
}

TEST(ArenaTextTest, StopsAtTheArenasLimit) {
  Arena arena(1 << 16);
  ArenaText text(arena);
  EXPECT_THROW(
      {
        for (;;) text.Append("0123456789");
      },
      ArenaLimitExceeded);
  EXPECT_LE(arena.bytes_reserved(), std::size_t{1} << 17U);
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
