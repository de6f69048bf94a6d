#include "webhook/injection_configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::webhook {
namespace {

using testing::HasSubstr;

LogOptions Quiet() {
  LogOptions options;
  options.level = LogLevel::kOff;
  return options;
}

std::string Config(const std::string& image) {
  return "policy: enabled\ntemplate: |\n  containers:\n  - name: istio-proxy\n    image: " + image +
         "\n";
}

class InjectionConfigurationTest : public testing::Test {
 protected:
  Logger log_{Quiet()};
  observe::MetricRegistry metrics_;
  observe::Readiness readiness_{{}};
  InjectionConfiguration configuration_{inject::Compat::k0_5_0, log_, metrics_, readiness_};
};

TEST_F(InjectionConfigurationTest, GenerationsCountWhatWasPutToUse) {
  EXPECT_EQ(configuration_.published().Get(), nullptr);
  EXPECT_THAT(metrics_.Render(), HasSubstr("config_generation 0\n"));
  configuration_.Offer({Config("one"), ""});
  configuration_.Offer({Config("one"), ""});
  configuration_.Offer({"policy: [", ""});
  EXPECT_EQ(configuration_.published().Get()->generation, 1U);
  configuration_.Offer({Config("one"), "proxyListenPort: 15002\n"});
  EXPECT_EQ(configuration_.published().Get()->generation, 2U);
  EXPECT_THAT(metrics_.Render(), HasSubstr("config_generation 2\n"));
}

TEST_F(InjectionConfigurationTest, ABadMeshKeepsBoth) {
  configuration_.Offer({Config("one"), ""});
  const auto good = configuration_.published().Get();
  configuration_.Offer({Config("two"), "nonsense: 1"});
  EXPECT_EQ(configuration_.published().Get(), good);
  EXPECT_THAT(readiness_.Describe(),
              HasSubstr("[+]config ok: the last reload failed: mesh configuration: "));
}

constexpr const char* kBroken = "policy: enabled\ntemplate: 'containers: {{ .Nope }}'\n";
constexpr const char* kDemanding = "policy: enabled\ntemplate: '{{ index .Spec.Containers 3 }}'\n";

TEST_F(InjectionConfigurationTest, ATemplateThatFailsForEveryPodReplacesNoGoodOne) {
  configuration_.Offer({Config("one"), ""});
  configuration_.Offer({kBroken, ""});
  EXPECT_EQ(configuration_.published().Get()->generation, 1U);
  EXPECT_THAT(readiness_.Describe(),
              HasSubstr("[+]config ok: the last reload failed: a sample pod cannot be injected: "));
  EXPECT_TRUE(readiness_.IsReady());
}

TEST_F(InjectionConfigurationTest, ATemplateThatFailsForEveryPodIsUsedUnreadyWhereThereIsNoOther) {
  configuration_.Offer({kBroken, ""});
  EXPECT_NE(configuration_.published().Get(), nullptr);
  EXPECT_THAT(readiness_.Describe(),
              HasSubstr("[-]sample-injection failed: a sample pod cannot be injected: "));
  configuration_.Offer({Config("one"), ""});
  EXPECT_THAT(readiness_.Describe(), HasSubstr("[+]sample-injection ok\n"));
}

TEST_F(InjectionConfigurationTest, ATemplateThatFailsForTheSampleOnlyIsRemarkedOn) {
  configuration_.Offer({Config("one"), ""});
  configuration_.Offer({kDemanding, ""});
  EXPECT_EQ(configuration_.published().Get()->generation, 2U);
  EXPECT_THAT(readiness_.Describe(),
              HasSubstr("[+]sample-injection ok: a sample pod cannot be injected: "));
}

TEST_F(InjectionConfigurationTest, WhatCannotBeReadKeepsTheLastGoodOne) {
  configuration_.Unavailable({ErrorCode::kNotFound, "configmaps \"istio\" not found"});
  EXPECT_FALSE(readiness_.IsReady());
  configuration_.Offer({Config("one"), ""});
  configuration_.Unavailable({ErrorCode::kNotFound, "configmaps \"istio\" not found"});
  EXPECT_TRUE(readiness_.IsReady());
  EXPECT_NE(configuration_.published().Get(), nullptr);
}

}  // namespace
}  // namespace sidecar::webhook
