#include "lib/kubetypes/label_selector.h"

#include <gtest/gtest.h>

#include "lib/base/arena.h"
#include "lib/yaml/parser.h"

namespace sidecar::kubetypes {
namespace {

LabelSelector Parse(std::string_view text) {
  Arena arena;
  return ParseLabelSelector(*yaml::ParseYaml(text, arena)).value();
}

std::string ErrorOf(std::string_view text) {
  Arena arena;
  return ParseLabelSelector(*yaml::ParseYaml(text, arena)).error().message;
}

TEST(LabelSelectorTest, AnEmptySelectorSelectsEverything) {
  EXPECT_TRUE(Parse("{}").Matches({}));
  EXPECT_TRUE(Parse("null").Matches({{"a", "b"}}));
}

TEST(LabelSelectorTest, MatchesAsKubernetesDoes) {
  struct Case {
    std::string_view selector;
    Labels labels;
    bool matches;
  };
  const std::vector<Case> cases = {
      {"{matchLabels: {a: x}}", {{"a", "x"}}, true},
      {"{matchLabels: {a: x}}", {{"a", "w"}}, false},
      {"{matchLabels: {a: x}}", {}, false},
      {"{matchLabels: {a: x, b: w}}", {{"a", "x"}}, false},
      {"{matchExpressions: [{key: a, operator: In, values: [x, w]}]}", {{"a", "w"}}, true},
      {"{matchExpressions: [{key: a, operator: In, values: [x, w]}]}", {{"a", "z"}}, false},
      {"{matchExpressions: [{key: a, operator: NotIn, values: [x]}]}", {{"a", "x"}}, false},
      {"{matchExpressions: [{key: a, operator: NotIn, values: [x]}]}", {}, true},
      {"{matchExpressions: [{key: a, operator: Exists}]}", {{"a", ""}}, true},
      {"{matchExpressions: [{key: a, operator: Exists}]}", {}, false},
      {"{matchExpressions: [{key: a, operator: DoesNotExist}]}", {}, true},
      {"{matchExpressions: [{key: a, operator: DoesNotExist}]}", {{"a", ""}}, false},
      {"{matchLabels: {a: x}, matchExpressions: [{key: b, operator: DoesNotExist}]}",
       {{"a", "x"}, {"b", "w"}},
       false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Parse(c.selector).Matches(c.labels), c.matches) << c.selector;
  }
}

TEST(LabelSelectorTest, TellsTheRequirementThatDoesNotHold) {
  const LabelSelector selector = Parse("{matchLabels: {a: x, b: w}}");
  const LabelRequirement* const unmet = selector.FirstUnmet({{"a", "x"}});
  ASSERT_NE(unmet, nullptr);
  EXPECT_EQ(ToString(*unmet), "b=w");
}

TEST(LabelSelectorTest, RefusesWhatNoApiServerHolds) {
  EXPECT_EQ(ErrorOf("{matchExpressions: [{operator: Exists}]}"),
            "an entry of matchExpressions has no key");
  EXPECT_EQ(ErrorOf("{matchExpressions: [{key: a, operator: Is}]}"),
            "matchExpressions of key \"a\": operator \"Is\" is none of In, NotIn, Exists, "
            "DoesNotExist");
  EXPECT_EQ(ErrorOf("{matchExpressions: [{key: a, operator: In}]}"),
            "matchExpressions of key \"a\": operator In needs values");
  EXPECT_EQ(ErrorOf("{matchExpressions: [{key: a, operator: Exists, values: [b]}]}"),
            "matchExpressions of key \"a\": operator Exists takes no values");
}

TEST(LabelSelectorTest, IsWrittenAsKubectlTakesIt) {
  EXPECT_EQ(ToString(Parse("{matchLabels: {a: x}, matchExpressions: ["
                           "{key: b, operator: In, values: [w, z]}, "
                           "{key: c, operator: NotIn, values: [w, z]}, "
                           "{key: d, operator: NotIn, values: [w]}, "
                           "{key: e, operator: Exists}, {key: f, operator: DoesNotExist}]}")),
            "a=x,b in (w,z),c notin (w,z),d!=w,e,!f");
}

TEST(LabelSelectorTest, ReadsTheLabelsOfMetadata) {
  Arena arena;
  const yaml::Node metadata = *yaml::ParseYaml("{labels: {a: x, b: 1}}", arena);
  EXPECT_EQ(ReadLabels(&metadata), (Labels{{"a", "x"}}));
  EXPECT_TRUE(ReadLabels(nullptr).empty());
}

}  // namespace
}  // namespace sidecar::kubetypes
