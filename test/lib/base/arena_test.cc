#include "lib/base/arena.h"

#include <gtest/gtest.h>

namespace sidecar {
namespace {

TEST(ArenaTest, PiecesAreAlignedAndApart) {
  Arena arena;
  const std::string_view text = arena.Copy("abc");
  const auto* number = arena.New<std::int64_t>(7);
  const auto zeros = arena.NewArray<int>(5000);
  EXPECT_EQ(text, "abc");
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(number) % alignof(std::int64_t), 0U);
  EXPECT_EQ(*number, 7);
  EXPECT_EQ(zeros[4999], 0);
}

TEST(ArenaTest, ResetGivesTheFirstBlockAgain) {
  Arena arena;
  const void* const before = arena.Allocate(8);
  (void)arena.NewArray<char>(1U << 20U);
  arena.Reset();
  EXPECT_EQ(arena.Allocate(8), before);
}

TEST(ArenaTest, TheFirstBlockIsAsLargeAsWanted) {
  constexpr std::size_t kBytes = std::size_t{40} << 10U;
  Arena arena(Arena::kUnlimited, kBytes);
  (void)arena.Allocate(1);
  EXPECT_EQ(arena.bytes_reserved(), kBytes);
  (void)arena.Allocate(kBytes);
  arena.Reset();
  EXPECT_EQ(arena.bytes_reserved(), kBytes);
}

TEST(ArenaTest, TheLimitIsAnException) {
  Arena arena(64U << 10U);
  EXPECT_NO_THROW(arena.Allocate(1000));
  EXPECT_THROW(arena.Allocate(65U << 10U), ArenaLimitExceeded);
  EXPECT_THROW((void)arena.NewArray<double>(Arena::kUnlimited / 8), ArenaLimitExceeded);
  EXPECT_THROW(
      {
        for (int i = 0; i < 100; ++i) (void)arena.Allocate(1000);
      },
      ArenaLimitExceeded);
}

}  // namespace
}  // namespace sidecar
