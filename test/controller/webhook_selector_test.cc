#include "controller/webhook_selector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sidecar::controller {
namespace {

using testing::HasSubstr;

kubetypes::LabelSelector Parse(const char* selector) {
  const auto read = ReadSelectors({{"namespaceSelector", Json::parse(selector)}});
  EXPECT_TRUE(read.has_value()) << selector;
  return read->namespaces;
}

TEST(WebhookSelectorTest, ReadsBothSelectors) {
  const auto read = ReadSelectors(
      Json::parse(R"({"namespaceSelector":{"matchLabels":{"istio-injection":"enabled"}},
                      "objectSelector":{"matchExpressions":[{"key":"a","operator":"Exists"}]}})"));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(ToString(read->namespaces), "istio-injection=enabled");
  EXPECT_EQ(ToString(read->objects), "a");
}

TEST(WebhookSelectorTest, SelectsEverythingWhereThereIsNone) {
  for (const char* const text : {"{}", R"({"namespaceSelector":null,"objectSelector":{}})"}) {
    const auto read = ReadSelectors(Json::parse(text));
    ASSERT_TRUE(read.has_value()) << text;
    EXPECT_TRUE(read->namespaces.Matches({}));
    EXPECT_TRUE(read->objects.Matches({}));
  }
}

TEST(WebhookSelectorTest, NamesTheSelectorThatIsWrong) {
  const auto read = ReadSelectors(
      Json::parse(R"({"objectSelector":{"matchExpressions":[{"key":"a","operator":"Near"}]}})"));
  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(read.error().message, HasSubstr("objectSelector"));
  EXPECT_THAT(read.error().message, HasSubstr("Near"));
}

TEST(WebhookSelectorTest, FindsWhatCannotHoldTogether) {
  const char* const contradictory[] = {
      R"({"matchLabels":{"a":"1"},"matchExpressions":[{"key":"a","operator":"In","values":["2","3"]}]})",
      R"({"matchLabels":{"a":"1"},"matchExpressions":[{"key":"a","operator":"DoesNotExist"}]})",
      R"({"matchLabels":{"a":"1"},"matchExpressions":[{"key":"a","operator":"NotIn","values":["1"]}]})",
      R"({"matchExpressions":[{"key":"a","operator":"Exists"},{"key":"a","operator":"DoesNotExist"}]})",
  };
  for (const char* const text : contradictory) {
    const auto why = Contradiction(Parse(text));
    ASSERT_TRUE(why.has_value()) << text;
    EXPECT_THAT(*why, HasSubstr("cannot hold together"));
  }
}

TEST(WebhookSelectorTest, LetsPassWhatCanHold) {
  const char* const satisfiable[] = {
      "{}",
      R"({"matchLabels":{"a":"1","b":"2"}})",
      R"({"matchLabels":{"a":"1"},"matchExpressions":[{"key":"a","operator":"In","values":["2","1"]}]})",
      R"({"matchLabels":{"a":"1"},"matchExpressions":[{"key":"a","operator":"Exists"}]})",
      R"({"matchExpressions":[{"key":"a","operator":"Exists"},{"key":"a","operator":"NotIn","values":["1"]}]})",
      R"({"matchExpressions":[{"key":"a","operator":"DoesNotExist"},{"key":"a","operator":"NotIn","values":["1"]}]})",
  };
  for (const char* const text : satisfiable) {
    EXPECT_EQ(Contradiction(Parse(text)), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace sidecar::controller
