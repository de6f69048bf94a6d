#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/cli/run_program.h"

namespace sidecar::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kPod =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {app: web}}\nspec:\n"
    "  containers: [{name: a}]\n";
constexpr std::string_view kConfig =
    "policy: enabled\ntemplate: |\n  containers:\n  - name: proxy\n    image: i\n"
    "    args: [{{ index .ObjectMeta.Labels \"app\" }}, 15001]\n";

TEST(RenderTest, ShowsEachStep) {
  const Folder folder;
  const std::string config = folder / "inject.yaml";
  WriteFile(config, kConfig);
  const auto render = [&](const std::string& format) {
    return RunProgram({"render", "-f", "-", "--injectConfigFile", config, "-o", format}, kPod);
  };
  EXPECT_EQ(render("template").output,
            "containers:\n- name: proxy\n  image: i\n  args: [web, 15001]\n");
  EXPECT_THAT(render("spec").output, StartsWith("{\n  \"containers\": [\n    {\"name\":\"proxy\""));
  EXPECT_THAT(render("spec").output, HasSubstr("\"args\":[\"web\",\"15001\"]"));
  EXPECT_THAT(render("patch").output, HasSubstr("\"path\": \"/spec/containers/-\""));
  const Finished diff = render("diff");
  EXPECT_EQ(diff.exit_code, 0) << diff.errors;
  EXPECT_THAT(diff.output, HasSubstr("\n+  - args:\n+    - web\n"));
  EXPECT_THAT(diff.output, HasSubstr("\n     app: web\n"));
  EXPECT_EQ(render("nothing").exit_code, 2);
}

TEST(RenderTest, TheTemplateReadsVariablesThatAreNamed) {
  const Folder folder;
  const std::string config = folder / "inject.yaml";
  WriteFile(config, "policy: enabled\ntemplate: |\n  # {{ env \"SIDECAR_TEST\" }}\n");
  setenv("SIDECAR_TEST", "seen", 1);
  std::vector<std::string> words = {"render", "-f", "-", "--injectConfigFile", config};
  EXPECT_EQ(RunProgram(words, kPod).output, "# \n");
  words.insert(words.end(), {"--template-env", "SIDECAR_TEST"});
  EXPECT_EQ(RunProgram(words, kPod).output, "# seen\n");
}

TEST(RenderTest, TellsWhatGoesWrong) {
  const Folder folder;
  const std::string config = folder / "inject.yaml";
  WriteFile(config, "policy: enabled\ntemplate: |\n  {{ .Nope }}\n");
  const Finished run = RunProgram({"render", "-f", "-", "--injectConfigFile", config}, kPod);
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.errors,
              HasSubstr("standard input:1: document 1: Pod/p: template: inject:1:3: executing"));
  EXPECT_THAT(RunProgram({"render", "-f", "-"}, "kind: Service\n").errors,
              HasSubstr("there is no pod or workload in it"));
  EXPECT_EQ(RunProgram({"render"}).exit_code, 2);
  EXPECT_THAT(RunProgram({"render", "-f", "-", "--injectConfigFile", folder / "no"}, kPod).errors,
              HasSubstr("no such file or directory"));
}

TEST(RenderTest, DocumentsAreToldApart) {
  const Folder folder;
  const std::string config = folder / "inject.yaml";
  // As templates mostly end: without a line break.
  WriteFile(config, "policy: enabled\ntemplate: |-\n  containers:\n  - nam: proxy\n");
  const std::string pods = std::string(kPod) + "---\n" + std::string(kPod);
  const Finished run = RunProgram({"render", "-f", "-", "--injectConfigFile", config}, pods);
  EXPECT_EQ(run.output, "containers:\n- nam: proxy\n---\ncontainers:\n- nam: proxy\n");
  EXPECT_THAT(run.errors,
              StartsWith("standard input:1 Pod/p: warning: rendered template line 2: "));
  EXPECT_THAT(run.errors,
              HasSubstr("\nstandard input:7 Pod/p: warning: rendered template line 2: "));
}

TEST(RenderTest, WhatWasRenderedIsShownWhereItIsWrong) {
  const Folder folder;
  const std::string config = folder / "inject.yaml";
  WriteFile(config, "policy: enabled\ntemplate: |-\n  containers: {{ .Nope }}\n");
  const Finished run = RunProgram({"render", "-f", "-", "--injectConfigFile", config}, kPod);
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(run.output, "containers: \n");
}

}  // namespace
}  // namespace sidecar::cli
