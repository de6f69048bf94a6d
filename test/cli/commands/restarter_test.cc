#include "cli/commands/restarter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lib/kube/protocol/resources.h"
#include "test/cli/cluster_test.h"

namespace sidecar::cli {
namespace {

using diagnose::OwnerKey;
using nlohmann::json;
using testing::HasSubstr;
using testing_support::FakeApiServer;

// Deployments of the namespace shop.
class RestarterTest : public ClusterTest {
 protected:
  void SetUp() override {
    cluster_.emplace(Connect());
    options_.timeout = std::chrono::minutes(1);
  }

  // One that is through at once, and takes down its pod.
  json Put(const std::string& name) {
    json deployment = json::parse(R"({"metadata":{"namespace":"shop"},
        "spec":{"replicas":1,"strategy":{"type":"Recreate"}},
        "status":{"observedGeneration":99,"replicas":1,"updatedReplicas":1,
        "availableReplicas":1}})");
    deployment["metadata"]["name"] = name;
    deployment["spec"]["template"]["metadata"]["labels"]["app"] = name;
    return server_.Put(kube::kDeployments, deployment);
  }

  std::map<std::string, RestartResult> Restart(const std::vector<std::string>& names) {
    std::vector<OwnerKey> owners;
    for (const std::string& name : names) owners.push_back({"shop", "Deployment", name});
    RestartDisplay display(false);
    std::map<std::string, RestartResult> results;
    for (RestartResult& result : Restarter(options_, *cluster_, display).Run(owners)) {
      const std::string name = result.owner.name;
      EXPECT_TRUE(results.emplace(name, std::move(result)).second) << name << " is told twice";
    }
    return results;
  }

  bool WasRestarted(const std::string& name) {
    const json object = server_.Get(kube::kDeployments, "shop", name);
    return object.contains(json::json_pointer("/spec/template/metadata/annotations") /
                           "kubectl.kubernetes.io/restartedAt");
  }

  std::optional<ClusterClient> cluster_;
  RestarterOptions options_;
};

TEST_F(RestarterTest, WhoIsBlockedByABudgetIsTriedAgainAfterTheOthers) {
  Put("a");
  Put("b");
  json budget = json::parse(R"({"metadata":{"name":"keep","namespace":"shop"},
      "spec":{"selector":{"matchLabels":{"app":"a"}}},"status":{"disruptionsAllowed":0}})");
  server_.Put(kube::kPodDisruptionBudgets, budget);
  // Once b is restarted, the budget allows a to go.
  budget["status"]["disruptionsAllowed"] = 1;
  server_.SetIntercept([this, budget](const FakeApiServer::Request& request) {
    if (request.method == "PATCH") server_.Put(kube::kPodDisruptionBudgets, budget);
    return std::nullopt;
  });
  const auto results = Restart({"a", "b"});
  EXPECT_EQ(results.at("a").outcome, RestartOutcome::kRestarted) << results.at("a").reason;
  EXPECT_TRUE(WasRestarted("a"));
}

TEST_F(RestarterTest, ARolloutThatTakesNothingDownNeedsNoBudget) {
  json owner = Put("a");
  owner["spec"]["strategy"] = json::object();
  server_.Put(kube::kDeployments, owner);
  server_.Put(kube::kPodDisruptionBudgets, json::parse(R"({"metadata":{"name":"keep",
      "namespace":"shop"},"spec":{"selector":{}},"status":{"disruptionsAllowed":0}})"));
  EXPECT_EQ(Restart({"a"}).at("a").outcome, RestartOutcome::kRestarted);
}

TEST_F(RestarterTest, AnInjectorThatGoesAwayEndsIt) {
  Put("a");
  Put("b");
  server_.Put(kube::kEndpoints, json::parse(R"({"metadata":{"name":"injector",
      "namespace":"istio-system"},"subsets":[{"addresses":[{"ip":"10.0.0.1"}]}]})"));
  options_.services = {{"istio-system", "injector"}};
  server_.SetIntercept([this](const FakeApiServer::Request& request) {
    if (request.method == "PATCH") server_.Remove(kube::kEndpoints, "istio-system", "injector");
    return std::nullopt;
  });
  const auto results = Restart({"a", "b"});
  EXPECT_EQ(results.at("a").outcome, RestartOutcome::kRestarted);
  EXPECT_EQ(results.at("b").outcome, RestartOutcome::kNotBegun);
  EXPECT_THAT(results.at("b").reason, HasSubstr("no ready replica"));
}

TEST_F(RestarterTest, AFailedRolloutEndsItAndSaysWhy) {
  json stuck = Put("a");
  stuck["status"]["availableReplicas"] = 0;
  stuck["status"]["conditions"] = json::parse(
      R"([{"type":"Progressing","reason":"ProgressDeadlineExceeded","message":"has timed out"}])");
  server_.Put(kube::kDeployments, stuck);
  Put("b");
  const auto results = Restart({"a", "b"});
  EXPECT_EQ(results.at("a").outcome, RestartOutcome::kFailed);
  EXPECT_EQ(results.at("a").reason, "has timed out");
  EXPECT_FALSE(WasRestarted("b"));
}

TEST_F(RestarterTest, ARefusalOfOneDoesNotKeepOthersBack) {
  Put("a");
  Put("b");
  server_.SetIntercept(
      [](const FakeApiServer::Request& request) -> std::optional<FakeApiServer::Answer> {
        if (request.method != "PATCH" || !request.target.ends_with("/a")) return std::nullopt;
        return FakeApiServer::Answer{403, R"({"message":"no","reason":"Forbidden","code":403})"};
      });
  const auto results = Restart({"a", "b"});
  EXPECT_EQ(results.at("a").outcome, RestartOutcome::kFailed);
  EXPECT_EQ(results.at("b").outcome, RestartOutcome::kRestarted);
}

TEST_F(RestarterTest, WhatIsGoneIsLeftOut) {
  EXPECT_EQ(Restart({"a"}).at("a").outcome, RestartOutcome::kLeftOut);
}

}  // namespace
}  // namespace sidecar::cli
