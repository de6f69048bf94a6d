#include "lib/inject/decision.h"

#include <set>

#include <gtest/gtest.h>

namespace sidecar::inject {
namespace {

PodFacts PodWith(std::optional<std::string_view> annotation) {
  PodFacts pod;
  pod.namespace_name = "test-namespace";
  pod.inject_annotation = annotation;
  return pod;
}

TEST(DecisionTest, WebhookFollowsPolicyUnlessThePodAsks) {
  struct Row {
    std::string_view policy;
    std::optional<std::string_view> annotation;
    Reason expected;
  };
  for (const Row& row : std::initializer_list<Row>{
           {"enabled", std::nullopt, Reason::kInjected},
           {"enabled", "", Reason::kInjected},
           {"enabled", "true", Reason::kInjected},
           {"enabled", "Yes", Reason::kInjected},
           {"enabled", "ON", Reason::kInjected},
           {"enabled", "y", Reason::kInjected},
           {"enabled", "false", Reason::kAnnotationOptOut},
           {"enabled", "1", Reason::kAnnotationOptOut},
           {"disabled", std::nullopt, Reason::kPolicyDisabled},
           {"disabled", "", Reason::kPolicyDisabled},
           {"disabled", "true", Reason::kInjected},
           {"disabled", "false", Reason::kAnnotationOptOut},
           {"wat", std::nullopt, Reason::kPolicyDisabled},
           {"wat", "true", Reason::kPolicyDisabled},
           {"", "true", Reason::kPolicyDisabled},
       }) {
    EXPECT_EQ(Decide(PodWith(row.annotation), ParsePolicy(row.policy), Trigger::kWebhook),
              row.expected)
        << row.policy << ", " << row.annotation.value_or("absent");
  }
}

TEST(DecisionTest, WebhookLeavesSystemNamespacesAndMirrorPodsAlone) {
  PodFacts pod = PodWith("true");
  pod.namespace_name = "kube-system";
  EXPECT_EQ(Decide(pod, Policy::kEnabled, Trigger::kWebhook), Reason::kSystemNamespace);
  pod.namespace_name = "kube-public";
  EXPECT_EQ(Decide(pod, Policy::kEnabled, Trigger::kWebhook), Reason::kSystemNamespace);
  pod.namespace_name = "default";
  pod.is_mirror = true;
  EXPECT_EQ(Decide(pod, Policy::kEnabled, Trigger::kWebhook), Reason::kMirrorPod);
}

TEST(DecisionTest, HostNetworkStopsEveryKindOfInjection) {
  PodFacts pod = PodWith("true");
  pod.host_network = true;
  for (const Trigger trigger : {Trigger::kWebhook, Trigger::kManual, Trigger::kManualAsOldIstio}) {
    EXPECT_EQ(Decide(pod, Policy::kEnabled, trigger), Reason::kHostNetwork);
  }
}

TEST(DecisionTest, PolicyNeverStopsAManualInjection) {
  for (const Policy policy : {Policy::kEnabled, Policy::kDisabled, Policy::kUnknown}) {
    EXPECT_EQ(Decide(PodWith(std::nullopt), policy, Trigger::kManual), Reason::kInjected);
    EXPECT_EQ(Decide(PodWith("true"), policy, Trigger::kManual), Reason::kInjected);
  }
  PodFacts pod = PodWith(std::nullopt);
  pod.namespace_name = "kube-system";
  EXPECT_EQ(Decide(pod, Policy::kDisabled, Trigger::kManual), Reason::kInjected);
}

TEST(DecisionTest, ThePodsOwnRefusalStopsAManualInjectionUnlessOldBehaviourIsAskedFor) {
  EXPECT_EQ(Decide(PodWith("false"), Policy::kEnabled, Trigger::kManual),
            Reason::kAnnotationOptOut);
  EXPECT_EQ(Decide(PodWith("false"), Policy::kDisabled, Trigger::kManualAsOldIstio),
            Reason::kInjected);
}

TEST(DecisionTest, EveryReasonHasItsOwnName) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(Reason::kInvalidAnnotation); ++i) {
    names.insert(ToString(static_cast<Reason>(i)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Reason::kInvalidAnnotation) + 1);
  EXPECT_FALSE(names.contains("Unknown"));
}

}  // namespace
}  // namespace sidecar::inject
