#include "webhook/refused_workloads.h"

#include <string>

#include <gtest/gtest.h>

namespace sidecar::webhook {
namespace {

AdmissionOutcome Refusal(const std::string& owner) {
  AdmissionOutcome outcome;
  outcome.reason = inject::Reason::kTemplateError;
  outcome.namespace_name = "shop";
  outcome.owner = owner;
  outcome.pod_template_hash = "5d4f";
  outcome.error = "line 3";
  return outcome;
}

class RefusedWorkloadsTest : public testing::Test {
 protected:
  std::chrono::steady_clock::time_point now_{};
  RefusedWorkloads refused_{[this] { return now_; }};
};

TEST_F(RefusedWorkloadsTest, AReplicaSetsPodsAreItsDeployments) {
  refused_.Note(Refusal("ReplicaSet/web-5d4f"));
  refused_.Note(Refusal("ReplicaSet/bare"));
  refused_.Note(Refusal("Job/once"));
  const auto all = refused_.In("shop");
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].kind + '/' + all[0].name, "Deployment/web");
  EXPECT_EQ(all[0].reason, inject::Reason::kTemplateError);
  EXPECT_EQ(all[0].message, "line 3");
  EXPECT_EQ(all[1].kind + '/' + all[1].name, "Job/once");
  EXPECT_EQ(all[2].kind + '/' + all[2].name, "ReplicaSet/bare");
  EXPECT_TRUE(refused_.In("shop2").empty());
}

TEST_F(RefusedWorkloadsTest, AnAdmittedPodEndsIt) {
  refused_.Note(Refusal("ReplicaSet/web-5d4f"));
  AdmissionOutcome next = Refusal("ReplicaSet/web-77aa");
  next.pod_template_hash = "77aa";
  next.allowed = true;
  refused_.Note(next);
  EXPECT_TRUE(refused_.In("shop").empty());
}

TEST_F(RefusedWorkloadsTest, DryRunsAndBarePodsAreNotRemembered) {
  AdmissionOutcome dry_run = Refusal("Job/once");
  dry_run.dry_run = true;
  refused_.Note(dry_run);
  refused_.Note(Refusal(""));
  EXPECT_TRUE(refused_.In("shop").empty());
}

TEST_F(RefusedWorkloadsTest, ARefusalIsForgottenInTime) {
  refused_.Note(Refusal("Job/once"));
  now_ += std::chrono::minutes(20);
  EXPECT_EQ(refused_.In("shop").size(), 1U);
  now_ += std::chrono::seconds(1);
  EXPECT_TRUE(refused_.In("shop").empty());
}

TEST_F(RefusedWorkloadsTest, TheOldestMakesRoom) {
  for (std::size_t i = 0; i <= RefusedWorkloads::kMost; ++i) {
    refused_.Note(Refusal("Job/job" + std::to_string(i)));
    now_ += std::chrono::milliseconds(1);
  }
  const auto all = refused_.In("shop");
  EXPECT_EQ(all.size(), RefusedWorkloads::kMost);
  EXPECT_EQ(all[0].name, "job1");
}

}  // namespace
}  // namespace sidecar::webhook
