#include "controller/admission_trial.h"

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sidecar::controller {
namespace {

using kube::Json;

const Json kPod = Json::parse(R"({"metadata":{"name":"a","managedFields":[{"manager":"x"}]},
    "spec":{"containers":[{"name":"app"}],"nodeName":"n"},"status":{"phase":"Running"}})");

std::optional<InjectionFailure> Try(const Json& pod, const std::string& text) {
  const auto made = webhook::MakeInjectionSnapshot(
      {.config = "policy: enabled\ntemplate: |\n  " + text + "\n", .mesh = ""},
      inject::Compat::k0_5_0, 1);
  EXPECT_TRUE(made.has_value());
  return TryAdmission(pod, "shop", made->get(), {});
}

TEST(AdmissionTrialTest, APodThatWouldBeInjectedFailsNothing) {
  EXPECT_FALSE(Try(kPod, "containers: [{name: proxy, image: i}]").has_value());
}

TEST(AdmissionTrialTest, AFailureIsToldAsTheEndpointTellsIt) {
  const auto failure = Try(kPod, R"({{ index .ObjectMeta.Annotations "a" "b" }})");
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->reason, "TemplateError");
  EXPECT_THAT(failure->message, testing::HasSubstr("template"));
}

TEST(AdmissionTrialTest, WithoutConfigurationThereIsNone) {
  const auto failure = TryAdmission(kPod, "shop", nullptr, {});
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->reason, "NoConfig");
}

TEST(AdmissionTrialTest, AnyJsonIsSurvived) {
  for (const char* const text : {"null", "[]", R"({"metadata":3,"spec":"x"})", R"({"spec":{}})"}) {
    Try(Json::parse(text), "containers: [{name: proxy, image: i}]");
  }
}

}  // namespace
}  // namespace sidecar::controller
