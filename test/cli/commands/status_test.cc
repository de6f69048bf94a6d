#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/sha256.h"
#include "lib/kube/protocol/resources.h"
#include "test/cli/kubeconfig_text.h"
#include "test/cli/run_program.h"
#include "test/support/fake_api_server.h"

namespace sidecar::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing_support::FakeApiServer;

constexpr std::string_view kTemplate = "containers: [{name: istio-proxy}]";

// A pod of the DaemonSet `owner` that was injected with the template of that text.
json InjectedPod(const std::string& owner, std::string_view injected_with) {
  const json status = {{"version", Sha256Hex(injected_with)}, {"containers", {"istio-proxy"}}};
  return {{"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata",
           {{"name", owner + "-x"},
            {"namespace", "shop"},
            {"uid", owner},
            {"annotations", {{"sidecar.istio.io/status", status.dump()}}},
            {"ownerReferences", {{{"kind", "DaemonSet"}, {"name", owner}, {"controller", true}}}}}},
          {"spec", {{"containers", {{{"name", "istio-proxy"}}}}}}};
}

std::string Config() {
  return "policy: enabled\ntemplate: '" + std::string(kTemplate) + "'\n";
}

TEST(StatusTest, FilesShowWhatIsStaleByANamedConfiguration) {
  const Folder folder;
  const std::string config = folder / "inject.yaml";
  WriteFile(config, Config());
  const std::string input =
      InjectedPod("new", kTemplate).dump() + "\n---\n" + InjectedPod("old", "other").dump();
  Finished run = RunProgram({"status", "-f", "-", "--injectConfigFile", config}, input);
  EXPECT_EQ(run.exit_code, 1) << run.errors;
  EXPECT_THAT(run.output, HasSubstr("shop       DaemonSet/new  injected"));
  EXPECT_THAT(run.output, HasSubstr("shop       DaemonSet/old  stale"));
  EXPECT_THAT(run.errors, HasSubstr("1 pods injected, 1 stale, 0 missing"));

  run = RunProgram({"status", "-f", "-"}, input);
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.errors, HasSubstr("stale pods cannot be told"));
}

TEST(StatusTest, FilesWithoutPodsSaySo) {
  const Finished run = RunProgram({"status", "-f", "-"},
                                  "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n");
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.errors, HasSubstr("note: no pod that runs is in the input"));
}

TEST(StatusTest, AClusterKnowsItsTemplate) {
  FakeApiServer server;
  const Folder folder;
  const std::string config = folder / "config";
  WriteFile(config, KubeconfigText(server.port()));
  server.Put(kube::kNamespaces,
             {{"metadata", {{"name", "shop"}, {"labels", {{"istio-injection", "enabled"}}}}}});
  server.Put(kube::kConfigMaps,
             {{"metadata", {{"name", "istio-inject"}, {"namespace", "istio-system"}}},
              {"data", {{"config", Config()}}}});
  server.Put(kube::kPods, InjectedPod("new", kTemplate));
  EXPECT_EQ(RunProgram({"status", "-c", config}).exit_code, 0);
  server.Put(kube::kPods, InjectedPod("old", "other"));
  const Finished run = RunProgram({"status", "-c", config, "-A", "-o", "name"});
  EXPECT_EQ(run.exit_code, 1) << run.errors;
  EXPECT_EQ(run.output, "DaemonSet/old\n");
}

TEST(StatusTest, WhatCannotBeReadIsAFailure) {
  EXPECT_EQ(RunProgram({"status", "-f", "/no/such/file"}).exit_code, 1);
  EXPECT_EQ(RunProgram({"status", "-c", "/no/such/file"}).exit_code, 1);
  EXPECT_EQ(RunProgram({"status", "--compat", "9"}).exit_code, 2);
}

}  // namespace
}  // namespace sidecar::cli
