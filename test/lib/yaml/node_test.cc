#include "lib/yaml/node.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sidecar::yaml {
namespace {

Member Entry(std::string_view key, std::int64_t value) {
  Member member;
  member.key = key;
  member.value = Node::Int(value);
  return member;
}

TEST(NodeTest, KindsAreReadBack) {
  EXPECT_TRUE(Node::Null().IsNull());
  EXPECT_EQ(Node::String("abc").AsString(), "abc");
  EXPECT_EQ(Node::Int(3).AsString(), "");
  const std::vector<Node> elements = {Node::Bool(true), Node::Null()};
  EXPECT_EQ(Node::Sequence(elements).AsSequence().size(), 2U);
  EXPECT_TRUE(Node::Sequence(elements).AsMapping().empty());
  EXPECT_EQ(Node::Uint(7).kind, NodeKind::kInt);
  EXPECT_EQ(Node::Uint(UINT64_MAX).kind, NodeKind::kUint);
}

TEST(NodeTest, FindLooksUpAKey) {
  const std::vector<Member> members = {Entry("a", 1), Entry("b", 2)};
  const Node node = Node::Mapping(members);
  ASSERT_NE(node.Find("b"), nullptr);
  EXPECT_EQ(node.Find("b")->integer, 2);
  EXPECT_EQ(node.Find("c"), nullptr);
  EXPECT_EQ(Node::Int(1).Find("a"), nullptr);
}

TEST(NodeTest, NumberTextIsTheLiteralOrWhatJsonWouldWrite) {
  EXPECT_EQ(Node::Float(1e21).NumberText(), "1e+21");
  EXPECT_EQ(Node::Int(-5).NumberText(), "-5");
  EXPECT_EQ(Node::Uint(UINT64_MAX).NumberText(), "18446744073709551615");
  Node literal = Node::Float(1);
  literal.literal = "1.00";
  literal.size = 4;
  EXPECT_EQ(literal.NumberText(), "1.00");
  EXPECT_EQ(Node::String("5").NumberText(), "");
}

TEST(NodeTest, EqualLooksAtKindsAndValuesOnly) {
  const std::vector<Member> ab = {Entry("a", 1), Entry("b", 2)};
  const std::vector<Member> ba = {Entry("b", 2), Entry("a", 1)};
  const std::vector<Member> ac = {Entry("a", 1), Entry("c", 2)};
  EXPECT_TRUE(Equal(Node::Mapping(ab), Node::Mapping(ba)));
  EXPECT_FALSE(Equal(Node::Mapping(ab), Node::Mapping(ac)));
  EXPECT_FALSE(Equal(Node::Int(1), Node::Float(1)));
}

class KeepLastTest : public testing::TestWithParam<int> {};

TEST_P(KeepLastTest, EachKeyKeepsItsLastValueAtItsFirstPlace) {
  const int keys = GetParam();
  std::vector<std::string> names;
  for (int i = 0; i < keys; ++i) names.push_back("key" + std::to_string((i * 7) % keys));
  std::vector<Member> members;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < keys; ++i) {
      members.push_back(Entry(names[static_cast<std::size_t>(i)], round * 1000 + i));
    }
  }
  ASSERT_EQ(KeepLastOfEachKey(members), static_cast<std::size_t>(keys));
  for (int i = 0; i < keys; ++i) {
    EXPECT_EQ(members[static_cast<std::size_t>(i)].key, names[static_cast<std::size_t>(i)]);
    EXPECT_EQ(members[static_cast<std::size_t>(i)].value.integer, 2000 + i);
  }
}

INSTANTIATE_TEST_SUITE_P(FewAndMany, KeepLastTest, testing::Values(1, 4, 5, 100));

}  // namespace
}  // namespace sidecar::yaml
