#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/diagnose/mesh_check.h"
#include "lib/kube/protocol/resources.h"
#include "test/cli/kubeconfig_text.h"
#include "test/cli/run_program.h"
#include "test/cli/webhook_object.h"
#include "test/support/fake_api_server.h"

namespace sidecar::cli {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kService =
    "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ports:\n  - name: web\n"
    "    port: 80\n";

TEST(CheckTest, ShowsFindingsWithTheirPlaces) {
  const Folder folder;
  const std::string file = folder / "a.yaml";
  WriteFile(file, kService);
  const Finished run = RunProgram({"check", "-f", file});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.output,
              HasSubstr("warning   UnknownPortProtocol  default    Service/web  " + file + ":6"));
  EXPECT_EQ(run.errors, "0 errors, 1 warning and 0 remarks in 1 object\n");
}

TEST(CheckTest, TheExitCodeTellsTheSeverity) {
  EXPECT_EQ(RunProgram({"check", "-f", "-", "--fail-on", "warning"}, kService).exit_code, 1);
  EXPECT_EQ(RunProgram({"check", "-f", "-", "--fail-on", "error"}, kService).exit_code, 0);
  EXPECT_EQ(RunProgram({"check", "-f", "-"}, "kind: [").exit_code, 1);
  EXPECT_EQ(RunProgram({"check"}).exit_code, 1);  // There is no cluster.
  EXPECT_EQ(RunProgram({"check", "-A", "-f", "-"}).exit_code, 2);
  EXPECT_EQ(RunProgram({"check", "--compat", "9"}).exit_code, 2);
  EXPECT_EQ(RunProgram({"check", "-f", "-", "-o", "xml"}).exit_code, 2);
}

TEST(CheckTest, PrintsForPrograms) {
  EXPECT_THAT(RunProgram({"check", "-f", "-", "-o", "json"}, kService).output,
              HasSubstr("\"code\": \"UnknownPortProtocol\""));
  EXPECT_THAT(RunProgram({"check", "-f", "-", "-o", "yaml"}, kService).output,
              HasSubstr("code: UnknownPortProtocol"));
  EXPECT_THAT(RunProgram({"check", "-f", "-", "-o", "sarif"}, kService).output,
              HasSubstr("\"ruleId\": \"UnknownPortProtocol\""));
  EXPECT_EQ(RunProgram({"check", "-f", "-", "-o", "name"}, kService).output, "Service/web\n");
  EXPECT_THAT(RunProgram({"check", "-f", "-", "-o", "wide"}, kService).output,
              HasSubstr("spec.ports[0].name"));
}

TEST(CheckTest, NamesTheDocumentThatIsBroken) {
  EXPECT_THAT(
      RunProgram({"check", "-f", "-"}, "kind: Pod\n---\na: 1\n").errors,
      HasSubstr("standard input:3: document 2: this is no Kubernetes object: it has no kind"));
}

TEST(CheckTest, ReadsACluster) {
  testing_support::FakeApiServer server;
  const Folder folder;
  const std::string config = folder / "config";
  WriteFile(config, KubeconfigText(server.port()));
  server.Put(kube::kMutatingWebhooks, WebhookConfiguration("istio-injection", "enabled"));
  server.Put(kube::kNamespaces,
             {{"metadata", {{"name", "shop"}, {"labels", {{"istio-injection", "enabled"}}}}}});
  server.Put(kube::kPods, {{"metadata", {{"name", "a"}, {"namespace", "shop"}}},
                           {"spec", nlohmann::json::object()}});
  const Finished run = RunProgram({"check", "-c", config, "-o", "name"});
  EXPECT_EQ(run.exit_code, 1) << run.errors;
  EXPECT_EQ(run.output, "Pod/a\n");
  EXPECT_THAT(run.errors, HasSubstr("1 error, 2 warnings"));
  EXPECT_EQ(RunProgram({"check", "-c", config, "-n", "none"}).exit_code, 1);
}

TEST(CheckTest, EveryRuleIsDocumented) {
  const std::string page = ReadFile(std::string(SIDECAR_SOURCE_DIR) + "/docs/CHECKS.md");
  for (const diagnose::Rule* const rule : diagnose::MeshRules()) {
    EXPECT_THAT(page, HasSubstr("## " + std::string(rule->code) + "\n\n*" +
                                std::string(ToString(rule->severity)) + ".* "));
  }
}

}  // namespace
}  // namespace sidecar::cli
