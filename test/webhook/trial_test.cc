#include "webhook/trial.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::webhook {
namespace {

using inject::Reason;
using std::chrono::steady_clock;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kTemplate = R"(policy: enabled
template: |
  containers:
  - name: istio-proxy
    image: proxy:{{ index .ObjectMeta.Labels "version" }}
    unknownField: 1
)";

constexpr const char* kPod = R"(apiVersion: v1
kind: Pod
metadata:
  name: sleep
  labels: {version: v7}
spec:
  containers:
  - name: sleep
    image: busybox
)";

std::shared_ptr<const InjectionSnapshot> Snapshot(const std::string& config) {
  const auto made =
      MakeInjectionSnapshot({.config = config, .mesh = ""}, inject::Compat::k0_5_0, 1);
  EXPECT_TRUE(made.has_value()) << made.error().message;
  return *made;
}

Trial Try(std::string_view text, const std::string& config = kTemplate,
          const AdmissionOptions& options = {}) {
  TrialLimits limits;
  limits.start = steady_clock::now();
  limits.timeout = "20s";  // Of a machine that is busy with other tests.
  return TryInjection(text, *Snapshot(config), options, limits);
}

TEST(TrialTest, ShowsWhatTheTemplateMakesOfAPod) {
  const Trial trial = Try(kPod);
  EXPECT_EQ(trial.object, "Pod/sleep");
  EXPECT_EQ(trial.reason, Reason::kInjected);
  EXPECT_TRUE(trial.allowed);
  EXPECT_EQ(trial.error, "");
  EXPECT_THAT(trial.rendered, HasSubstr("image: proxy:v7\n"));
  EXPECT_THAT(trial.patch, HasSubstr("\"image\": \"proxy:v7\""));
  EXPECT_THAT(trial.warnings, ElementsAre(HasSubstr("unknownField")));
}

TEST(TrialTest, AWorkloadsPodsAreMadeAsItsControllerDoes) {
  const Trial trial = Try(R"(# A service comes first.
apiVersion: v1
kind: Service
metadata: {name: web}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {labels: {version: v2}}
    spec: {containers: [{name: web, image: web}]}
)");
  EXPECT_EQ(trial.object, "Deployment/web");
  EXPECT_EQ(trial.reason, Reason::kInjected);
  EXPECT_THAT(trial.rendered, HasSubstr("proxy:v2"));
}

TEST(TrialTest, JsonIsReadToo) {
  EXPECT_EQ(Try(R"({"kind":"Pod","apiVersion":"v1","metadata":{"labels":{"version":"v1"}},
                    "spec":{"containers":[{"name":"a"}]}})")
                .reason,
            Reason::kInjected);
}

TEST(TrialTest, APodThatIsLeftAloneStillShowsTheTemplate) {
  const Trial trial = Try(std::string(kPod) + "  hostNetwork: true\n");
  EXPECT_EQ(trial.reason, Reason::kHostNetwork);
  EXPECT_EQ(trial.error, "");
  EXPECT_EQ(trial.patch, "");
  EXPECT_THAT(trial.rendered, HasSubstr("istio-proxy"));
}

TEST(TrialTest, AFailureOfTheTemplateNamesItsPlace) {
  const std::string config = "policy: enabled\ntemplate: |\n  a: b\n  {{ .Spec.Nowhere }}\n";
  const Trial trial = Try(kPod, config);
  EXPECT_EQ(trial.reason, Reason::kTemplateError);
  EXPECT_FALSE(trial.allowed);
  EXPECT_THAT(trial.error, HasSubstr(":2:"));
  EXPECT_THAT(trial.error, HasSubstr("Nowhere"));
  EXPECT_EQ(trial.rendered, "a: b\n");
  AdmissionOptions options;
  options.allow_on_error = true;
  EXPECT_TRUE(Try(kPod, config, options).allowed);
}

TEST(TrialTest, WhatIsNoPodIsSaidToBeNone) {
  struct Case {
    const char* text;
    const char* error;
  };
  const Case cases[] = {
      {"", "there is no object in it"},
      {"# nothing\n---\n", "there is no object in it"},
      {"kind: Service\napiVersion: v1\nmetadata: {name: a}\n", "Service/a makes no pods"},
      {"a: [", "yaml"},
      {"\t", "yaml"},
      {"hello", ""},
  };
  for (const Case& c : cases) {
    const Trial trial = Try(c.text);
    EXPECT_EQ(trial.reason, std::nullopt) << c.text;
    EXPECT_THAT(trial.error, HasSubstr(c.error)) << c.text;
  }
  const Trial invalid = Try("kind: Pod\napiVersion: v1\nspec: {containers: [{name: {}}]}\n");
  EXPECT_EQ(invalid.reason, Reason::kInvalidPod);
}

TEST(TrialTest, TextsThatAreTooLongAreRefused) {
  EXPECT_THAT(Try(std::string(257 << 10, '#')).error, HasSubstr("beyond the limit"));
  // Short, and large once its aliases are followed.
  std::string bomb = "kind: Pod\napiVersion: v1\nmetadata:\n  annotations:\n    a: &a " +
                     std::string(200'000, 'x') + "\n";
  for (int i = 0; i < 10; ++i) bomb += "    b" + std::to_string(i) + ": *a\n";
  const Trial trial = Try(bomb + "spec: {containers: [{name: a}]}\n");
  EXPECT_EQ(trial.reason, std::nullopt);
  EXPECT_EQ(trial.error, "the pod is too large");
}

TEST(TrialTest, ItEndsInTime) {
  const auto snapshot = Snapshot(
      "policy: enabled\ntemplate: |\n  {{ range until 1000 }}{{ range until 1000 }}{{ end }}{{ end "
      "}}\n");
  TrialLimits limits;
  limits.start = steady_clock::now() - std::chrono::minutes(1);
  const Trial trial = TryInjection(kPod, *snapshot, {}, limits);
  EXPECT_EQ(trial.reason, Reason::kOutOfTime);
  EXPECT_FALSE(trial.allowed);
}

}  // namespace
}  // namespace sidecar::webhook
