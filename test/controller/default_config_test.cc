#include "controller/default_config.h"

#include <gtest/gtest.h>

#include "webhook/injection_snapshot.h"

namespace sidecar::controller {
namespace {

TEST(DefaultConfigTest, CanBeInjectedAsItIs) {
  for (const char* const name : {"release", "debug"}) {
    const auto text = FindDefaultConfig(name);
    ASSERT_TRUE(text.has_value()) << name;
    const auto snapshot =
        webhook::MakeInjectionSnapshot({std::string(*text), ""}, inject::Compat::k0_5_1, 1);
    ASSERT_TRUE(snapshot.has_value()) << snapshot.error().message;
    const auto failure = webhook::TrySampleInjection(**snapshot);
    EXPECT_FALSE(failure.has_value()) << failure->message;
  }
  EXPECT_NE(FindDefaultConfig("release"), FindDefaultConfig("debug"));
}

TEST(DefaultConfigTest, IsFoundByItsNameOnly) {
  EXPECT_EQ(FindDefaultConfig(""), std::nullopt);
  EXPECT_EQ(FindDefaultConfig("releases"), std::nullopt);
}

}  // namespace
}  // namespace sidecar::controller
