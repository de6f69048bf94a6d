#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/kube/protocol/resources.h"
#include "test/cli/kubeconfig_text.h"
#include "test/cli/run_program.h"
#include "test/support/fake_api_server.h"

namespace sidecar::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing_support::FakeApiServer;

// A namespace with the Deployments a and b and a bare pod, all without sidecar, and an injector.
class RestartTest : public testing::Test {
 protected:
  void SetUp() override {
    config_ = folder_ / "config";
    WriteFile(config_, KubeconfigText(server_.port()));
    server_.Put(kube::kNamespaces,
                {{"metadata", {{"name", "shop"}, {"labels", {{"istio-injection", "enabled"}}}}}});
    server_.Put(kube::kConfigMaps,
                {{"metadata", {{"name", "istio-inject"}, {"namespace", "istio-system"}}},
                 {"data", {{"config", "policy: enabled\ntemplate: 'containers: [{name: p}]'\n"}}}});
    server_.Put(kube::kMutatingWebhooks, json::parse(R"({"metadata":{"name":"injector"},
        "webhooks":[{"name":"w","clientConfig":{"service":{"namespace":"istio-system",
        "name":"istio-sidecar-injector","path":"/inject"}},"rules":[{"operations":["CREATE"],"apiGroups":[""],
        "apiVersions":["v1"],"resources":["pods"]}]}]})"));
    server_.Put(kube::kEndpoints, json::parse(R"({"metadata":{"name":"istio-sidecar-injector",
        "namespace":"istio-system"},"subsets":[{"addresses":[{"ip":"10.0.0.1"}]}]})"));
    for (const std::string name : {"a", "b"}) {
      json deployment = json::parse(R"({"kind":"Deployment","metadata":{"namespace":"shop"},
          "spec":{"replicas":1,"strategy":{"type":"Recreate"},"template":{"spec":{"containers":[]}}},
          "status":{"observedGeneration":99,"replicas":1,"updatedReplicas":1,
          "availableReplicas":1}})");
      deployment["metadata"]["name"] = name;
      deployment["spec"]["template"]["metadata"]["labels"]["app"] = name;
      server_.Put(kube::kDeployments, deployment);
      PutPod(name + "-1-x",
             {{{"kind", "ReplicaSet"}, {"name", name + "-1"}, {"controller", true}}});
    }
    PutPod("bare", json::array());
  }

  void PutPod(const std::string& name, const json& owners) {
    server_.Put(kube::kPods, {{"metadata",
                               {{"name", name},
                                {"namespace", "shop"},
                                {"labels", {{"pod-template-hash", "1"}}},
                                {"ownerReferences", owners}}},
                              {"spec", {{"containers", json::array()}}}});
  }

  Finished Restart(std::vector<std::string> words) {
    words.insert(words.begin(), {"restart", "-c", config_, "--poll-interval", "1"});
    return RunProgram(words);
  }

  bool WasRestarted(const std::string& name) {
    const json path = server_.Get(kube::kDeployments, "shop", name);
    return path.contains(json::json_pointer("/spec/template/metadata/annotations") /
                         "kubectl.kubernetes.io/restartedAt");
  }

  FakeApiServer server_;
  Folder folder_;
  std::string config_;
};

TEST_F(RestartTest, RestartsOwnersAndNamesWhatItCannot) {
  const Finished run = Restart({"--missing"});
  EXPECT_EQ(run.exit_code, 1) << "the bare pod is left out";
  EXPECT_THAT(run.output,
              HasSubstr("shop Deployment/a: restarting\nshop Deployment/a: restarted\n"));
  EXPECT_THAT(run.output, HasSubstr("shop Pod/bare: left out: "));
  EXPECT_EQ(run.errors, "2 restarted, 1 left out, 0 failed\n");
  EXPECT_TRUE(WasRestarted("a"));
  EXPECT_TRUE(WasRestarted("b"));
}

TEST_F(RestartTest, NamesRestrictIt) {
  Finished run = Restart({"deploy/b"});
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_TRUE(WasRestarted("b"));
  EXPECT_FALSE(WasRestarted("a"));
  run = Restart({"deployment/a", "--stale"});
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_FALSE(WasRestarted("a")) << "it is not stale";
}

TEST_F(RestartTest, ADryRunChangesNothing) {
  const Finished run = Restart({"--missing", "--dry-run"});
  EXPECT_THAT(run.output, HasSubstr("shop Deployment/a: would be restarted\n"));
  EXPECT_EQ(Restart({"--missing", "--dry-run", "-o", "name"}).output,
            "Deployment/a\nDeployment/b\n");
  for (const auto& request : server_.requests()) EXPECT_EQ(request.method, "GET");
}

TEST_F(RestartTest, NothingIsStaleHere) {
  const Finished run = Restart({"--stale"});
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_FALSE(WasRestarted("a"));
}

TEST_F(RestartTest, RefusesWithoutAnInjector) {
  server_.Remove(kube::kEndpoints, "istio-system", "istio-sidecar-injector");
  Finished run = Restart({"--missing"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.errors, HasSubstr("nothing is restarted: the injector has no ready replica"));
  EXPECT_FALSE(WasRestarted("a"));
  Restart({"--missing", "--ignore-injector"});
  EXPECT_TRUE(WasRestarted("a"));
  // Without a webhook nothing is missing: new pods would get no sidecar either.
  server_.Remove(kube::kMutatingWebhooks, "", "injector");
  run = Restart({"--missing"});
  EXPECT_THAT(run.errors, HasSubstr("no webhook sends new pods to a Service in namespace"));
}

TEST_F(RestartTest, HonoursDisruptionBudgets) {
  server_.Put(kube::kPodDisruptionBudgets,
              json::parse(R"({"metadata":{"name":"keep","namespace":"shop"},
      "spec":{"selector":{"matchLabels":{"app":"a"}}},"status":{"disruptionsAllowed":0}})"));
  const Finished run = Restart({"--missing"});
  EXPECT_THAT(run.output, HasSubstr("Deployment/a: left out: PodDisruptionBudget keep allows 0"));
  EXPECT_FALSE(WasRestarted("a"));
  EXPECT_TRUE(WasRestarted("b"));
}

TEST_F(RestartTest, TheNextWaitsForTheOneBefore) {
  json stuck = server_.Get(kube::kDeployments, "shop", "a");
  stuck["status"]["availableReplicas"] = 0;
  server_.Put(kube::kDeployments, stuck);
  Finished run = Restart({"--missing", "--timeout", "0"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.output, HasSubstr("shop Deployment/a: failed: not available again after 0 s: "
                                    "0 of 1 new pods are available\n"));
  EXPECT_THAT(run.output, HasSubstr("shop Deployment/b: not restarted: "));
  EXPECT_TRUE(WasRestarted("a"));
  EXPECT_FALSE(WasRestarted("b"));
  run = Restart({"--missing", "--timeout", "0", "--max-unavailable", "2"});
  EXPECT_TRUE(WasRestarted("b"));
}

TEST_F(RestartTest, ACommandLineThatMakesNoSenseIsRefused) {
  EXPECT_EQ(Restart({}).exit_code, 2);
  EXPECT_EQ(Restart({"--stale", "--max-unavailable", "0"}).exit_code, 2);
  EXPECT_EQ(Restart({"web"}).exit_code, 2);
  EXPECT_EQ(Restart({"pod/web"}).exit_code, 2);
  EXPECT_EQ(Restart({"deploy/web", "-A"}).exit_code, 2);
  EXPECT_EQ(Restart({"--stale", "--compat", "9"}).exit_code, 2);
  EXPECT_THAT(RunProgram({"restart", "--help"}).output, Not(HasSubstr("--poll-interval")));
}

}  // namespace
}  // namespace sidecar::cli
