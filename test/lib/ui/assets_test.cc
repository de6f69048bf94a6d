#include "lib/ui/assets.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace sidecar::ui {
namespace {

TEST(AssetsTest, TheyLoadNothingFromElsewhere) {
  for (const std::string_view word : {"url(", "@import", "http:", "https:", "expression("}) {
    EXPECT_EQ(StyleSheet().find(word), std::string_view::npos) << word;
  }
  EXPECT_EQ(Icon().find("script"), std::string_view::npos);
}

TEST(AssetsTest, TheyAreWhole) {
  EXPECT_TRUE(StyleSheet().starts_with(":root {"));
  EXPECT_EQ(std::count(StyleSheet().begin(), StyleSheet().end(), '{'),
            std::count(StyleSheet().begin(), StyleSheet().end(), '}'));
  EXPECT_TRUE(Icon().starts_with("<svg ") && Icon().ends_with("</svg>\n"));
}

TEST(AssetsTest, ThePolicyAllowsNoScript) {
  const std::string_view policy = kSecurityHeaders.front().second;
  EXPECT_TRUE(policy.starts_with("default-src 'none';"));
  for (const std::string_view word : {"script-src", "unsafe", "data:", "*", "http"}) {
    EXPECT_EQ(policy.find(word), std::string_view::npos) << word;
  }
}

}  // namespace
}  // namespace sidecar::ui
