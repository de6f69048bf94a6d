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
using testing_support::FakeApiServer;

constexpr std::string_view kPod =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b}]}\n";
constexpr std::string_view kNamespace =
    "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: {istio-injection: "
    "enabled}}\n";

TEST(ExplainTest, FilesAreEnough) {
  const Finished run =
      RunProgram({"explain", "-f", "-"}, std::string(kPod) + std::string(kNamespace));
  EXPECT_EQ(run.exit_code, 0) << run.errors << run.output;
  EXPECT_THAT(run.output, HasSubstr("endpoint   ok    the endpoint answers Injected"));
  EXPECT_THAT(run.output, HasSubstr("Pod/a gets a sidecar\n"));
  EXPECT_THAT(run.errors, HasSubstr("the built-in template of Istio 0.5.0"));
}

TEST(ExplainTest, WhatIsNotInjectedComesWithARemedy) {
  const Finished run = RunProgram({"explain", "-f", "-", "-n", "shop"}, kPod);
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.output, HasSubstr("Remedy: run: kubectl label namespace shop"));
  EXPECT_EQ(RunProgram({"explain", "-f", "-", "--assume-enabled"}, kPod).exit_code, 0);
  EXPECT_EQ(RunProgram({"explain", "-f", "-", "-o", "name"}, kPod).output, "Pod/a\n");
}

TEST(ExplainTest, ACommandLineThatMakesNoSenseIsRefused) {
  EXPECT_EQ(RunProgram({"explain"}).exit_code, 2);
  EXPECT_EQ(RunProgram({"explain", "web"}).exit_code, 2);
  EXPECT_EQ(RunProgram({"explain", "service/web"}).exit_code, 2);
  EXPECT_EQ(RunProgram({"explain", "pod/web", "-f", "-"}).exit_code, 2);
  EXPECT_EQ(RunProgram({"explain", "-f", "-", "--compat", "9"}).exit_code, 2);
  EXPECT_EQ(RunProgram({"explain", "-f", "/no/such/file"}).exit_code, 1);
}

TEST(ExplainTest, AClusterKnowsEverything) {
  FakeApiServer server;
  const Folder folder;
  const std::string config = folder / "config";
  WriteFile(config, KubeconfigText(server.port()));
  server.Put(kube::kNamespaces,
             {{"metadata", {{"name", "shop"}, {"labels", {{"istio-injection", "enabled"}}}}}});
  server.Put(kube::kDeployments, json::parse(R"({"apiVersion":"apps/v1","kind":"Deployment",
                 "metadata":{"name":"web","namespace":"shop"},
                 "spec":{"template":{"spec":{"containers":[{"name":"a","image":"b"}]}}}})"));
  const std::vector<std::string> words = {"--kubeconfig", config, "explain", "deploy/web"};
  Finished run = RunProgram(words);
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.output, HasSubstr("no webhook configuration sends pods"));

  server.Put(kube::kMutatingWebhooks, json::parse(R"({"metadata":{"name":"i"},"webhooks":[{
      "name":"sidecar-injector.istio.io","namespaceSelector":{"matchLabels":
      {"istio-injection":"enabled"}},"rules":[{"operations":["CREATE"],"apiGroups":[""],
      "apiVersions":["v1"],"resources":["pods"]}]}]})"));
  run = RunProgram(words);
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.output, HasSubstr("endpoint   stops here  the endpoint answers NoConfig"));

  server.Put(kube::kConfigMaps,
             {{"metadata", {{"name", "istio-inject"}, {"namespace", "istio-system"}}},
              {"data", {{"config", "policy: enabled\ntemplate: 'containers: [{name: p}]'\n"}}}});
  run = RunProgram(words);
  EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
  EXPECT_THAT(run.output, HasSubstr("Deployment/web gets a sidecar"));

  server.Put(kube::kPods, json::parse(R"({"metadata":{"name":"web-1-a","namespace":"shop","uid":"u",
      "labels":{"pod-template-hash":"1"},"ownerReferences":[{"kind":"ReplicaSet","name":"web-1",
      "controller":true}]},"spec":{"containers":[{"name":"a"}]}})"));
  run = RunProgram(words);
  EXPECT_EQ(run.exit_code, 1) << run.output << run.errors;
  EXPECT_THAT(run.output, HasSubstr("1 of 1 running pods have no sidecar, though new ones would"));
  EXPECT_THAT(
      RunProgram({"explain", "deploy/other", "-c", config}).errors,
      HasSubstr("Error: deploy/other in namespace shop: deployments.apps \"other\" not found"));
}

}  // namespace
}  // namespace sidecar::cli
