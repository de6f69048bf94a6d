#include "lib/yaml/go_syntax.h"

#include <vector>

#include <gtest/gtest.h>

namespace sidecar::yaml {
namespace {

TEST(GoSyntaxTest, QuotesAsStrconv) {
  EXPECT_EQ(GoQuote("a\"b\\\n\x01\x7f"), "\"a\\\"b\\\\\\n\\x01\\x7f\"");
  EXPECT_EQ(GoQuote("\u00e9\u00a0\u2028\U0001F600\xff"), "\"\u00e9\\u00a0\\u2028\U0001F600\\xff\"");
}

TEST(GoSyntaxTest, ValuesAreShownAsDecodedByYamlV2) {
  const std::vector<Node> elements = {Node::Int(1), Node::Null(), Node::String("x")};
  std::vector<Member> members(2);
  members[0].key = "b";
  members[0].value = Node::Sequence(elements);
  members[1].key = "a";
  members[1].value = Node::Float(1.5);
  EXPECT_EQ(GoSyntax(Node::Mapping(members)),
            "map[interface {}]interface {}{\"a\":1.5, \"b\":[]interface {}{1, interface {}(nil), "
            "\"x\"}}");
  EXPECT_EQ(GoSyntax(Node::Null()), "<nil>");
  EXPECT_EQ(GoSyntax(Node::Uint(UINT64_MAX)), "0xffffffffffffffff");
}

TEST(GoSyntaxTest, KeysKeepTheirKind) {
  Member member;
  member.key = "5";
  EXPECT_EQ(GoSyntaxOfKey(member), "\"5\"");
  member.key_kind = NodeKind::kInt;
  EXPECT_EQ(GoSyntaxOfKey(member), "5");
  member.key_kind = NodeKind::kUint;
  member.key = "9223372036854775808";
  EXPECT_EQ(GoSyntaxOfKey(member), "0x8000000000000000");
  member.key_kind = NodeKind::kNull;
  EXPECT_EQ(GoSyntaxOfKey(member), "<nil>");
}

}  // namespace
}  // namespace sidecar::yaml
