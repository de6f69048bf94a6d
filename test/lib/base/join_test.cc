#include "lib/base/join.h"

#include <gtest/gtest.h>

namespace sidecar {
namespace {

TEST(JoinTest, PutsTheSeparatorBetweenWords) {
  EXPECT_EQ(Join({}, ", "), "");
  EXPECT_EQ(Join({"a"}, ", "), "a");
  EXPECT_EQ(Join({"a", "b", "", "c"}, ", "), "a, b, , c");
  EXPECT_EQ(Join({"", "a"}, ","), "a");
}

}  // namespace
}  // namespace sidecar
