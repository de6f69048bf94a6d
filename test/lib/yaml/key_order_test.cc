#include "lib/yaml/key_order.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sidecar::yaml {
namespace {

Member Key(std::string_view key, NodeKind kind = NodeKind::kString) {
  Member member;
  member.key = key;
  member.key_kind = kind;
  return member;
}

// Where the order is one for all pairs: e2b, for example, comes both before e4b and after e21a.
constexpr std::string_view kOrdered[] = {
    "",    ".1",   ".2",    ".a",     "1",     "2",    "a!10", "a/0001", "a/002",
    "a/3", "a/10", "a/11",  "a/0012", "a/100", "a~10", "ab/1", "b/1",    "b/01",
    "b/2", "b/02", "b/3",   "b/03",   "b1",    "b01",  "b3",   "c2.10",  "c10.2",
    "d1",  "d7",   "d7abc", "d12",    "d12a",  "e4b",  "e21a", "\u00e9", "\u65e5"};

TEST(KeyOrderTest, TextsAreInNaturalOrder) {
  for (std::size_t i = 0; i < std::size(kOrdered); ++i) {
    for (std::size_t j = 0; j < std::size(kOrdered); ++j) {
      EXPECT_EQ(KeyLess(Key(kOrdered[i]), Key(kOrdered[j])), i < j)
          << kOrdered[i] << " and " << kOrdered[j];
    }
  }
}

TEST(KeyOrderTest, OtherKindsComeBeforeTextsAndByValue) {
  EXPECT_TRUE(KeyLess(Key("9", NodeKind::kInt), Key("10", NodeKind::kInt)));
  EXPECT_TRUE(KeyLess(Key("false", NodeKind::kBool), Key("true", NodeKind::kBool)));
  EXPECT_TRUE(KeyLess(Key("true", NodeKind::kBool), Key("1.5", NodeKind::kFloat)));
  EXPECT_TRUE(KeyLess(Key("9", NodeKind::kInt), Key("", NodeKind::kString)));
  EXPECT_FALSE(KeyLess(Key("a"), Key("9", NodeKind::kInt)));
  EXPECT_TRUE(KeyLess(Key("-.inf", NodeKind::kFloat), Key("0", NodeKind::kInt)));
}

TEST(KeyOrderTest, ManyKeysAreSortedToo) {
  std::vector<std::string> names;
  for (int i = 0; i < 200; ++i) names.push_back("k" + std::to_string((i * 37) % 200));
  std::vector<Member> members;
  for (const std::string& name : names) members.push_back(Key(name));
  std::vector<const Member*> sorted;
  for (const Member& member : members) sorted.push_back(&member);
  SortByKey(sorted);
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(sorted[static_cast<std::size_t>(i)]->key, "k" + std::to_string(i));
  }
}

}  // namespace
}  // namespace sidecar::yaml
