#include "cli/commands/rollout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lib/kube/protocol/resources.h"

namespace sidecar::cli {
namespace {

using nlohmann::json;

TEST(RolloutTest, KindsAreSpeltAsForKubectl) {
  EXPECT_EQ(FindRestartable("deploy"), &kube::kDeployments);
  EXPECT_EQ(FindRestartable("StatefulSet"), &kube::kStatefulSets);
  EXPECT_EQ(FindRestartable("daemonsets.apps"), &kube::kDaemonSets);
  EXPECT_EQ(FindRestartable("pod"), nullptr);
  EXPECT_EQ(FindRestartable(""), nullptr);
}

TEST(RolloutTest, WhatIsPausedOrOnDeleteIsNotRestarted) {
  EXPECT_EQ(WhyNotRestartable(json::parse(R"({"spec":{"paused":true}})")), "its rollout is paused");
  EXPECT_NE(WhyNotRestartable(json::parse(R"({"spec":{"updateStrategy":{"type":"OnDelete"}}})")),
            "");
  EXPECT_EQ(WhyNotRestartable(json::parse(R"({"spec":{"paused":false}})")), "");
  EXPECT_EQ(WhyNotRestartable(json()), "");
}

TEST(RolloutTest, ADeploymentIsThroughWhenAllPodsAreNewAndAvailable) {
  const json owner = json::parse(R"({"kind":"Deployment","metadata":{"generation":3},
      "spec":{"replicas":2},"status":{"observedGeneration":3,"replicas":2,"updatedReplicas":2,
      "availableReplicas":2}})");
  EXPECT_TRUE(RolloutOf(owner).is_done);
  struct Case {
    const char* field;
    int value;
    const char* text;
  };
  for (const Case& c : {Case{"observedGeneration", 2, "the change is not seen yet"},
                        Case{"replicas", 3, "1 old pods are still there"},
                        Case{"updatedReplicas", 1, "1 of 2 pods are new"},
                        Case{"availableReplicas", 1, "1 of 2 new pods are available"}}) {
    json other = owner;
    other["status"][c.field] = c.value;
    EXPECT_FALSE(RolloutOf(other).is_done) << c.field;
    EXPECT_EQ(RolloutOf(other).text, c.text);
  }
}

TEST(RolloutTest, TheOthersCountInTheirOwnFields) {
  EXPECT_TRUE(RolloutOf(json::parse(R"({"kind":"StatefulSet","spec":{"replicas":1},
      "status":{"replicas":1,"updatedReplicas":1,"readyReplicas":1}})"))
                  .is_done);
  EXPECT_FALSE(RolloutOf(json::parse(R"({"kind":"StatefulSet","spec":{"replicas":1},
      "status":{"replicas":1,"updatedReplicas":1}})"))
                   .is_done);
  EXPECT_TRUE(RolloutOf(json::parse(R"({"kind":"DaemonSet","status":{
      "desiredNumberScheduled":2,"updatedNumberScheduled":2,"numberAvailable":2}})"))
                  .is_done);
  EXPECT_FALSE(RolloutOf(json::parse(R"({"kind":"DaemonSet","status":{
      "desiredNumberScheduled":2,"updatedNumberScheduled":1,"numberAvailable":2}})"))
                   .is_done);
}

TEST(RolloutTest, ConditionsTellWhyItDoesNotGoOn) {
  const Rollout rollout = RolloutOf(json::parse(R"({"kind":"Deployment","status":{"conditions":[
      {"type":"ReplicaFailure","reason":"FailedCreate","message":"webhook said no"},
      {"type":"Progressing","reason":"ProgressDeadlineExceeded","message":"timed out"}]}})"));
  EXPECT_FALSE(rollout.is_done);
  EXPECT_EQ(rollout.failure, "timed out");
  EXPECT_EQ(rollout.text, "0 of 1 pods are new: webhook said no");
}

TEST(RolloutTest, TakesDownWhatItsStrategySays) {
  struct Case {
    const char* owner;
    std::int64_t wanted;
  };
  for (const Case& c : {
           Case{R"({"kind":"Deployment","spec":{"replicas":3}})", 0},
           Case{R"({"kind":"Deployment","spec":{"replicas":9}})", 2},
           Case{R"({"kind":"Deployment","spec":{"replicas":3,"strategy":{"type":"Recreate"}}})", 3},
           Case{R"({"kind":"Deployment","spec":{"replicas":3,"strategy":{"rollingUpdate":
                {"maxSurge":0,"maxUnavailable":"10%"}}}})",
                1},
           Case{R"({"kind":"Deployment","spec":{"replicas":3,"strategy":{"rollingUpdate":
                {"maxSurge":1,"maxUnavailable":2}}}})",
                2},
           Case{R"({"kind":"StatefulSet","spec":{"replicas":3}})", 1},
           Case{R"({"kind":"DaemonSet","status":{"desiredNumberScheduled":9}})", 1},
           Case{R"({"kind":"DaemonSet","spec":{"updateStrategy":{"rollingUpdate":
                {"maxUnavailable":"25%"}}},"status":{"desiredNumberScheduled":9}})",
                3},
       }) {
    EXPECT_EQ(TakesDown(json::parse(c.owner)), c.wanted) << c.owner;
  }
}

TEST(RolloutTest, ABudgetForbidsWhatItSelectsAndDoesNotAllow) {
  json list = json::parse(R"({"apiVersion":"policy/v1","items":[{"metadata":{"name":"keep"},
      "spec":{"selector":{"matchLabels":{"app":"web"}}},"status":{"disruptionsAllowed":1}}]})");
  const kubetypes::Labels web =
      PodLabelsOf(json::parse(R"({"spec":{"template":{"metadata":{"labels":{"app":"web"}}}}})"));
  EXPECT_EQ(ForbiddenBy(ReadBudgets(list), web, 2),
            "PodDisruptionBudget keep allows 1 pods to be down now, its rollout takes down 2");
  EXPECT_EQ(ForbiddenBy(ReadBudgets(list), web, 1), "");
  EXPECT_EQ(ForbiddenBy(ReadBudgets(list), {}, 2), "");
  // Its controller has not looked at it since it was changed.
  list["items"][0]["metadata"]["generation"] = 2;
  EXPECT_NE(ForbiddenBy(ReadBudgets(list), web, 1), "");
}

TEST(RolloutTest, AnEmptySelectorMeansAllOrNothingByVersion) {
  json list = json::parse(R"({"apiVersion":"policy/v1","items":[{"spec":{"selector":{}}},
                             {"spec":{}}]})");
  EXPECT_NE(ForbiddenBy(ReadBudgets(list), {}, 1), "");
  list["apiVersion"] = "policy/v1beta1";
  EXPECT_EQ(ForbiddenBy(ReadBudgets(list), {}, 1), "");
}

TEST(RolloutTest, ThePatchIsThatOfKubectl) {
  EXPECT_EQ(RestartPatch("2026-01-02T03:04:05Z"),
            R"({"spec":{"template":{"metadata":{"annotations":{)"
            R"("kubectl.kubernetes.io/restartedAt":"2026-01-02T03:04:05Z"}}}}})");
}

TEST(RolloutTest, OnlyReadyAddressesCount) {
  EXPECT_TRUE(HasReadyAddress(json::parse(R"({"subsets":[{"addresses":[{"ip":"1.2.3.4"}]}]})")));
  EXPECT_FALSE(
      HasReadyAddress(json::parse(R"({"subsets":[{"notReadyAddresses":[{"ip":"1.2.3.4"}]}]})")));
  EXPECT_FALSE(HasReadyAddress(json::parse("{}")));
}

}  // namespace
}  // namespace sidecar::cli
