#include "lib/inject/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/sha256.h"

namespace sidecar::inject {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ConfigTest, ReadsPolicyAndTemplateAndWarnsAboutTheRest) {
  const Result<ConfigText> config =
      ParseConfig("policy: disabled\ntemplate: |-\n  a: 1\n\ntemplat: x\n");
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->policy, "disabled");
  EXPECT_EQ(config->template_text, "a: 1");
  EXPECT_THAT(config->warnings, ElementsAre("unknown key \"templat\" ignored"));
}

TEST(ConfigTest, KeysAreReadInAnyCase) {
  const Result<ConfigText> config = ParseConfig("Policy: disabled\nTEMPLATE: 'x'\n");
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->policy, "disabled");
  EXPECT_EQ(config->template_text, "x");
}

TEST(ConfigTest, SaysWhatIsWrongWithAFile) {
  EXPECT_THAT(ParseConfig("- a\n").error().message, HasSubstr("must be an object"));
  EXPECT_THAT(ParseConfig("policy: enabled\n").error().message, HasSubstr("no key \"template\""));
  EXPECT_THAT(ParseConfig("templates: {}\ntemplate: x\n").error().message,
              HasSubstr("Istio 1.9 and later"));
  EXPECT_THAT(ParseConfig("kind: ConfigMap\ndata: {config: x}\n").error().message,
              HasSubstr("whole ConfigMap"));
  EXPECT_THAT(ParseConfig("template: [a]\n").error().message, HasSubstr("must be a string"));
  EXPECT_THAT(ParseConfig("a: [\n").error().message, HasSubstr("yaml: "));
}

TEST(ConfigTest, WhatIsFormattedReadsBack) {
  const ConfigText text = {
      .policy = "enabled", .template_text = "\na:\n  - {{ .x }}\n", .warnings = {}};
  const std::string formatted = FormatConfig(text);
  EXPECT_EQ(formatted, "policy: enabled\ntemplate: |2\n\n  a:\n    - {{ .x }}\n");
  EXPECT_EQ(ParseConfig(formatted)->template_text, text.template_text);
}

TEST(ConfigTest, DelimitersFollowTheRelease) {
  const ConfigText text = {.policy = "enabled", .template_text = "[[ nope ]]", .warnings = {}};
  const auto old = Config::Compile(text, Compat::k0_7);
  ASSERT_TRUE(old.has_value());
  EXPECT_EQ((*old)->version(), Sha256Hex("[[ nope ]]"));
  EXPECT_EQ((*old)->policy(), Policy::kEnabled);
  EXPECT_EQ(Config::Compile(text, Compat::k0_8).error().message,
            "template: inject:1: function \"nope\" not defined");
}

TEST(ConfigTest, RefusedFunctionsAreAnErrorThatNamesTheLine) {
  const ConfigText text = {
      .policy = "enabled", .template_text = "a: b\nat: {{ now }}", .warnings = {}};
  EXPECT_EQ(Config::Compile(text, Compat::k0_5_0).error().message,
            "template: inject:2: function \"now\" is not allowed: templates see no clock");
  gotemplate::Policy policy;
  policy.clock = [] { return std::int64_t{0}; };
  EXPECT_TRUE(Config::Compile(text, Compat::k0_5_0, policy).has_value());
}

TEST(ConfigTest, TemplatesReadTheEnvironmentThatTheyMay) {
  gotemplate::Policy policy;
  policy.environment = [](std::string_view name) { return name == "REGION" ? "eu" : ""; };
  const auto config =
      Config::Compile({.policy = "enabled",
                       .template_text = R"({{ env "REGION" }}-{{ env "HOME" "x" }})",
                       .warnings = {}},
                      Compat::k0_5_0, policy);
  ASSERT_TRUE(config.has_value());
  Arena arena;
  std::string output;
  EXPECT_TRUE((*config)->injection_template().Execute({}, arena, {}, output).has_value());
  EXPECT_EQ(output, "eu-x");
}

}  // namespace
}  // namespace sidecar::inject
