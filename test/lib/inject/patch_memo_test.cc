#include "lib/inject/patch_memo.h"

#include <gtest/gtest.h>

namespace sidecar::inject {
namespace {

PatchMemo::Patch Patch(const char* text) {
  return std::make_shared<const std::string>(text);
}

TEST(PatchMemoTest, FindsWhatItRemembers) {
  PatchMemo memo;
  EXPECT_EQ(memo.Find(1), nullptr);
  memo.Remember(1, Patch("one"));
  memo.Remember(2, Patch("two"));
  memo.Remember(1, Patch("another"));
  EXPECT_EQ(*memo.Find(1), "one");
  EXPECT_EQ(*memo.Find(2), "two");
}

TEST(PatchMemoTest, RemembersFewShapes) {
  PatchMemo memo;
  for (unsigned shape = 0; shape < 2 * PatchMemo::kMostShapes; ++shape) {
    memo.Remember(shape, Patch("x"));
  }
  EXPECT_NE(memo.Find(PatchMemo::kMostShapes - 1), nullptr);
  EXPECT_EQ(memo.Find(PatchMemo::kMostShapes), nullptr);
}

}  // namespace
}  // namespace sidecar::inject
