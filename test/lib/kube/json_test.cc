#include "lib/kube/json.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sidecar::kube {
namespace {

TEST(JsonTest, TextBecomesATree) {
  const auto tree = ParseJson(R"({"a":[1,"[[{\"{"]})", "the reply");
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(tree->at("a").at(1), "[[{\"{");
}

TEST(JsonTest, ErrorsSayWhatTheTextWas) {
  for (const char* text : {"", "{", "{}x", "\"\\", "\"\xff\""}) {
    const auto tree = ParseJson(text, "the reply");
    ASSERT_FALSE(tree.has_value()) << text;
    EXPECT_TRUE(tree.error().message.starts_with("the reply: invalid JSON: parse error"))
        << tree.error().message;
  }
}

TEST(JsonTest, DeepTextsAreRefused) {
  EXPECT_TRUE(ParseJson(std::string(256, '[') + std::string(256, ']'), "it").has_value());
  EXPECT_EQ(ParseJson(std::string(1'000'000, '['), "it").error().message,
            "it: JSON is nested too deeply");
}

}  // namespace
}  // namespace sidecar::kube
