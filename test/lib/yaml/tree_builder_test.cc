#include "lib/yaml/tree_builder.h"

#include <gtest/gtest.h>

namespace sidecar::yaml {
namespace {

std::string Failure(std::string_view text, const YamlOptions& options = {}) {
  Arena arena;
  const Result<Node> node = ParseYaml(text, arena, options);
  return node ? "" : node.error().message;
}

TEST(TreeBuilderTest, ASyntaxErrorBeatsAnEarlierDecodeError) {
  EXPECT_EQ(Failure("a: !!int x\nb: [1"), "yaml: line 2: did not find expected ',' or ']'");
  EXPECT_EQ(Failure("a: !!int x\nb: *nope"), "yaml: unknown anchor 'nope' referenced");
  EXPECT_EQ(Failure("a: !!int x\nb: &y [1]\nc: *y"), "yaml: cannot decode !!str `x` as a !!int");
}

TEST(TreeBuilderTest, ADecodeErrorBeatsAConversionError) {
  EXPECT_EQ(Failure("~: 1\nb: !!int x"), "yaml: cannot decode !!str `x` as a !!int");
  EXPECT_EQ(Failure("b: .nan\na: .inf"), "json: unsupported value: +Inf");
}

TEST(TreeBuilderTest, StrictErrorsAreRepeatedWhereAnAliasDecodesThemAgain) {
  YamlOptions strict;
  strict.strictness = Strictness::kStrict;
  EXPECT_EQ(Failure("a: &x {k: 1, k: 2}\nb: *x", strict),
            "yaml: unmarshal errors:\n  line 1: key \"k\" already set in map\n  line 1: key \"k\" "
            "already set in map");
  EXPECT_EQ(Failure("1: a\n\"1\": b", strict), "");
  EXPECT_EQ(Failure("1: a\n0x1: b", strict),
            "yaml: unmarshal errors:\n  line 2: key 1 already set in map");
}

TEST(TreeBuilderTest, AliasesCannotNestBeyondTheDepthLimit) {
  YamlOptions options;
  options.limits.depth = 10;
  EXPECT_EQ(Failure("- &a [[[[1]]]]\n- [[[*a]]]", options), "");
  EXPECT_EQ(Failure("- &a [[[[1]]]]\n- [[[[[[*a]]]]]]", options), "yaml: exceeded max depth of 10");
  EXPECT_EQ(Failure("[[[[[[[[[[[1]]]]]]]]]]]", options), "yaml: exceeded max depth of 10");
}

TEST(TreeBuilderTest, AliasedTextIsCounted) {
  YamlOptions options;
  options.limits.expanded_bytes = 1000;
  EXPECT_EQ(Failure("- &a " + std::string(600, 'x') + "\n- *a", options),
            "yaml: document expands to more than 1000 bytes");
}

}  // namespace
}  // namespace sidecar::yaml
