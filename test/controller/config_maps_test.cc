#include "controller/config_maps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sidecar::controller {
namespace {

using testing::HasSubstr;

const ConfigMapState kUnknown;
const ConfigMapState kAbsent = {.known = true};
const ConfigMapState kDeleted = {.known = true, .existed = true};
const ConfigMapState kKeyless = {.known = true, .exists = true, .existed = true};

ConfigMapState With(const std::string& text) {
  ConfigMapState state = kKeyless;
  state.text = text;
  return state;
}

TEST(ConfigMapsTest, ReadsOneKey) {
  const Json object = Json::parse(
      R"({"metadata":{"uid":"u"},"data":{"config":"policy: enabled","a.b":"c","n":3}})");
  const ConfigMapState state = ReadConfigMap(object, "config");
  EXPECT_TRUE(state.known && state.exists && state.existed);
  EXPECT_EQ(state.text, "policy: enabled");
  EXPECT_EQ(state.uid, "u");
  EXPECT_EQ(ReadConfigMap(object, "a.b").text, "c");
  EXPECT_EQ(ReadConfigMap(object, "n").text, std::nullopt);
  EXPECT_EQ(ReadConfigMap(object, "absent").text, std::nullopt);
  EXPECT_EQ(ReadConfigMap(Json(nullptr), "config").text, std::nullopt);
}

TEST(ConfigMapsTest, WaitsUntilBothAreKnown) {
  EXPECT_TRUE(ChooseConfig({}, kUnknown, With("m"), nullptr).wait);
  EXPECT_TRUE(ChooseConfig({}, With("c"), kUnknown, nullptr).wait);
}

TEST(ConfigMapsTest, TakesBoth) {
  const auto choice = ChooseConfig({}, With("c"), With("m"), nullptr);
  ASSERT_TRUE(choice.texts.has_value());
  EXPECT_EQ(choice.texts->config, "c");
  EXPECT_EQ(choice.texts->mesh, "m");
}

TEST(ConfigMapsTest, NamesWhatIsMissing) {
  struct Case {
    ConfigMapState inject;
    ConfigMapState mesh;
    const char* message;
  };
  const Case cases[] = {
      {kAbsent, With("m"), "ConfigMap istio-system/istio-inject does not exist"},
      {kDeleted, With("m"), "ConfigMap istio-system/istio-inject does not exist"},
      {kKeyless, With("m"), R"(ConfigMap istio-system/istio-inject has no key "config")"},
      {With("c"), kAbsent, "ConfigMap istio-system/istio does not exist"},
      {With("c"), kKeyless, R"(ConfigMap istio-system/istio has no key "mesh")"},
  };
  for (const Case& c : cases) {
    const auto choice = ChooseConfig({}, c.inject, c.mesh, nullptr);
    ASSERT_FALSE(choice.texts.has_value()) << c.message;
    EXPECT_EQ(choice.texts.error().message, c.message);
  }
}

TEST(ConfigMapsTest, ADefaultStandsInForWhatNeverExisted) {
  const std::string fallback = "default";
  auto choice = ChooseConfig({}, kAbsent, kAbsent, &fallback);
  ASSERT_TRUE(choice.texts.has_value());
  EXPECT_EQ(choice.texts->config, "default");
  EXPECT_EQ(choice.texts->mesh, "");

  choice = ChooseConfig({}, With("c"), kAbsent, &fallback);
  ASSERT_TRUE(choice.texts.has_value());
  EXPECT_EQ(choice.texts->config, "c");

  choice = ChooseConfig({}, kAbsent, With("m"), &fallback);
  ASSERT_TRUE(choice.texts.has_value());
  EXPECT_EQ(choice.texts->mesh, "m");
}

TEST(ConfigMapsTest, NothingStandsInForWhatWasDeletedOrIsWrong) {
  const std::string fallback = "default";
  EXPECT_FALSE(ChooseConfig({}, kDeleted, kAbsent, &fallback).texts.has_value());
  EXPECT_FALSE(ChooseConfig({}, kKeyless, kAbsent, &fallback).texts.has_value());
  EXPECT_FALSE(ChooseConfig({}, kAbsent, kDeleted, &fallback).texts.has_value());
}

}  // namespace
}  // namespace sidecar::controller
