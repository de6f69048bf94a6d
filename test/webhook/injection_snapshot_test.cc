#include "webhook/injection_snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::webhook {
namespace {

using inject::Compat;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr const char* kConfig =
    "policy: enabled\ntemplate: |\n  containers:\n  - name: istio-proxy\n    image: proxy\n";

TEST(InjectionSnapshotTest, GoodTextsAreCompiled) {
  const auto made = MakeInjectionSnapshot({kConfig, ""}, Compat::k0_5_0, 7);
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_EQ((*made)->generation, 7U);
  EXPECT_EQ((*made)->config_hash.size(), 64U);
  EXPECT_NE((*made)->config_hash, (*made)->mesh_hash);
  EXPECT_THAT((*made)->warnings, IsEmpty());
  EXPECT_EQ((*made)->renderer->config().policy(), inject::Policy::kEnabled);
  EXPECT_FALSE(TrySampleInjection(**made).has_value());
}

TEST(InjectionSnapshotTest, ErrorsSayWhichTextIsWrong) {
  const struct {
    InjectionTexts texts;
    std::string_view message;
  } cases[] = {
      {{"policy: [", ""}, "injection configuration: "},
      {{"policy: enabled\ntemplate: '{{ if }}'\n", ""}, "injection configuration: "},
      {{kConfig, "nonsense: 1"}, "mesh configuration: "},
  };
  for (const auto& test : cases) {
    const auto made = MakeInjectionSnapshot(test.texts, Compat::k0_5_0, 1);
    ASSERT_FALSE(made.has_value()) << test.texts.config;
    EXPECT_THAT(made.error().message, StartsWith(std::string(test.message)));
  }
}

TEST(InjectionSnapshotTest, AnUnknownPolicyIsAWarning) {
  const auto made = MakeInjectionSnapshot({"policy: sometimes\ntemplate: 'containers: []'\n", ""},
                                          Compat::k0_5_0, 1);
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_THAT((*made)->warnings, ElementsAre(HasSubstr("nothing is injected")));
}

TEST(InjectionSnapshotTest, ATemplateThatFailsIsFoundBySample) {
  const auto made = MakeInjectionSnapshot(
      {"policy: enabled\ntemplate: 'containers: {{ .Nope }}'\n", ""}, Compat::k0_5_0, 1);
  ASSERT_TRUE(made.has_value()) << made.error().message;
  const auto failure = TrySampleInjection(**made);
  ASSERT_TRUE(failure.has_value());
  EXPECT_THAT(failure->message, HasSubstr("can't evaluate field Nope"));
}

TEST(InjectionSnapshotTest, ATemplateThatTakesTooLongForTheSampleIsBad) {
  const auto made = MakeInjectionSnapshot(
      {"policy: enabled\ntemplate: '{{ range until 90000 }}{{ end }}'\n", ""}, Compat::k0_5_0, 1);
  ASSERT_TRUE(made.has_value()) << made.error().message;
  const auto failure = TrySampleInjection(**made, [] { return true; });
  ASSERT_TRUE(failure.has_value());
  EXPECT_TRUE(failure->is_of_template);
  EXPECT_THAT(failure->message, HasSubstr("out of time"));
}

TEST(InjectionSnapshotTest, WhatOtherPodsMayHaveIsNotTheTemplatesFault) {
  const struct {
    std::string template_text;
    bool is_of_template;
  } cases[] = {
      {"containers: {{ .Nope }}", true},
      {"containers: 1", true},
      {"containers: [", true},
      {"{{ range .Spec.DNSPolicy }}{{ end }}", true},
      {"{{ index .Spec.Containers 3 }}", false},
      {"{{ .Spec.Affinity.NodeAffinity }}", false},
      {"{{ (index .Spec.Containers 0).SecurityContext.RunAsUser }}", false},
  };
  for (const auto& test : cases) {
    const auto made = MakeInjectionSnapshot(
        {"policy: enabled\ntemplate: '" + test.template_text + "'\n", ""}, Compat::k0_5_0, 1);
    ASSERT_TRUE(made.has_value()) << made.error().message;
    const auto failure = TrySampleInjection(**made);
    ASSERT_TRUE(failure.has_value()) << test.template_text;
    EXPECT_EQ(failure->is_of_template, test.is_of_template) << failure->message;
  }
}

}  // namespace
}  // namespace sidecar::webhook
