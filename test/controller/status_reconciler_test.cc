#include "controller/status_reconciler.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "controller/report_store.h"
#include "lib/kube/protocol/resources.h"
#include "test/controller/fixture.h"

namespace sidecar::controller {
namespace {

using testing::HasSubstr;

class StatusReconcilerTest : public ApiServerTest {
 protected:
  StatusReconcilerTest() : reconciler_(MakeOptions(), *client_, log_, metrics_) {
    facts_.control_namespace = "istio-system";
    facts_.certificate_mode = "self-signed";
  }

  StatusReconciler::Options MakeOptions() {
    StatusReconciler::Options options;
    options.name = "hook";
    options.deployment = "injector";
    options.may_write = [this] { return leads_; };
    options.facts = [this] { return facts_; };
    return options;
  }

  Json Stored() const { return server_.Get(kInjectorStatuses, "", "hook"); }

  bool leads_ = true;
  InjectorFacts facts_;
  StatusReconciler reconciler_;
};

TEST_F(StatusReconcilerTest, TheStatusAppearsAndFollows) {
  EXPECT_TRUE(Await(reconciler_.RunOnce()));
  EXPECT_EQ(Stored()["status"]["certificate"]["mode"], "self-signed");
  facts_.leader = "replica-2";
  EXPECT_TRUE(Await(reconciler_.RunOnce()));
  EXPECT_EQ(Stored()["status"]["replicas"]["leader"], "replica-2");
}

TEST_F(StatusReconcilerTest, NothingIsWrittenWhereNothingChanged) {
  Await(reconciler_.RunOnce());
  const long patches = Requests("PATCH");
  Await(reconciler_.RunOnce());
  EXPECT_EQ(Requests("PATCH"), patches);
  EXPECT_THAT(metrics_.Render(), HasSubstr("sidecar_injector_status_writes_total 1"));
}

TEST_F(StatusReconcilerTest, ReplicasAreThoseOfTheDeployment) {
  server_.Put(kube::kDeployments,
              {{"metadata", {{"name", "injector"}, {"namespace", "istio-system"}}},
               {"spec", {{"replicas", 3}}},
               {"status", {{"readyReplicas", 2}}}});
  Await(reconciler_.RunOnce());
  EXPECT_EQ(Stored()["status"]["replicas"]["desired"], 3);
  EXPECT_EQ(Stored()["status"]["replicas"]["ready"], 2);
}

TEST_F(StatusReconcilerTest, ADeploymentThatMayNotBeReadIsLeftOut) {
  server_.Forbid("get", "deployments");
  EXPECT_TRUE(Await(reconciler_.RunOnce()));
  EXPECT_FALSE(Stored()["status"]["replicas"].contains("desired"));
}

TEST_F(StatusReconcilerTest, OnlyTheLeaderAsks) {
  leads_ = false;
  EXPECT_TRUE(Await(reconciler_.RunOnce()));
  EXPECT_EQ(server_.requests().size(), 0U);
}

TEST_F(StatusReconcilerTest, WithoutTheTypeItSaysSoOnce) {
  server_.RemoveApi("sidecar-injector.istio.io/v1alpha1");
  EXPECT_FALSE(Await(reconciler_.RunOnce()));
  const std::string once = LogText();
  EXPECT_THAT(once, HasSubstr("is not installed"));
  EXPECT_FALSE(Await(reconciler_.RunOnce()));
  EXPECT_EQ(LogText(), once);
}

TEST_F(StatusReconcilerTest, AFailureIsCountedAndTold) {
  server_.Forbid("patch", "injectorstatuses");
  EXPECT_TRUE(Await(reconciler_.RunOnce()));
  EXPECT_THAT(LogText(), HasSubstr("cannot report on the injector"));
  EXPECT_THAT(metrics_.Render(), HasSubstr("sidecar_injector_status_failures_total 1"));
}

}  // namespace
}  // namespace sidecar::controller
