#include "cli/commands/kube_inject.h"

#include <cstdlib>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/cli/run_program.h"

namespace sidecar::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kPod =
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: one\nspec:\n  containers:\n  - name: app\n";
constexpr std::string_view kHostilePod =
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: evil\n  labels:\n    app: 'a: b'\nspec: {}\n";

TEST(KubeInjectTest, InjectsTheSampleOffline) {
  const std::string sample = std::string(SIDECAR_SOURCE_DIR) + "/config/samples/sleep.yaml";
  const Finished run = RunProgram({"kube-inject", "-f", sample});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.output, HasSubstr("name: istio-proxy"));
  EXPECT_THAT(run.errors,
              HasSubstr(sample + ":18 Deployment/sleep: injected (istio-init, enable-core-dump"
                                 ", istio-proxy)"));
}

// Injects kPod with the template, further arguments given.
Finished InjectWith(std::string_view injection_template, std::vector<std::string> more = {}) {
  const Folder folder;
  std::string config = "policy: enabled\ntemplate: |\n";
  std::istringstream lines{std::string(injection_template)};
  for (std::string line; std::getline(lines, line);) config += "  " + line + '\n';
  WriteFile(folder / "inject.yaml", config);
  std::vector<std::string> arguments = {"kube-inject", "--injectConfigFile", folder / "inject.yaml",
                                        "-f", "-"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return RunProgram(arguments, kPod);
}

TEST(KubeInjectTest, TemplatesMayUseTheFunctionsOfHelmCharts) {
  const Finished run = InjectWith(R"(containers:
- name: {{ .ObjectMeta.Name | default "none" | trunc 2 | quote }}
  image: {{ printf "%s:%v" "proxy" 1 }}
  resources:
    {{- dict "limits" (dict "cpu" "1") | toYaml | nindent 4 }})");
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_THAT(run.output, AllOf(HasSubstr("name: \"on\"\n"), HasSubstr("image: proxy:1\n"),
                                HasSubstr("limits:\n        cpu: \"1\"\n")));
}

TEST(KubeInjectTest, TemplatesThatAskForTheClockAreRefusedAtOnce) {
  const Finished run = InjectWith("containers:\n- name: \"{{ now }}\"");
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(run.output, "");
  EXPECT_THAT(run.errors,
              HasSubstr("inject.yaml: template: inject:2: function \"now\" is not allowed: "
                        "templates see no clock\n"));
}

TEST(KubeInjectTest, TemplatesReadOnlyTheVariablesThatAreNamed) {
  setenv("SIDECAR_TEST_ONE", "uno", 1);
  setenv("SIDECAR_TEST_TWO", "due", 1);
  constexpr std::string_view kTemplate =
      "containers:\n- name: x\n  image: 'i{{ env \"SIDECAR_TEST_ONE\" }}{{ expandenv "
      "\"-$SIDECAR_TEST_TWO\" }}.'";
  EXPECT_THAT(InjectWith(kTemplate).output, HasSubstr("image: i-."));
  EXPECT_THAT(InjectWith(kTemplate, {"--template-env", "SIDECAR_TEST_ONE"}).output,
              HasSubstr("image: iuno-."));
  EXPECT_THAT(InjectWith(kTemplate, {"--template-env", "SIDECAR_TEST_ONE", "--template-env",
                                     "SIDECAR_TEST_TWO", "--template-env", "SIDECAR_TEST_UNSET"})
                  .output,
              HasSubstr("image: iuno-due."));
}

TEST(KubeInjectTest, ReadsStandardInputAndCanBeQuiet) {
  const Finished run = RunProgram({"kube-inject", "-f", "-", "-q"}, kPod);
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.output, HasSubstr("name: istio-proxy"));
  EXPECT_EQ(run.errors, "");
}

TEST(KubeInjectTest, InjectsSeveralFilesAndDirectoriesIntoOneOutput) {
  const Folder folder;
  WriteFile(folder / "a.yaml", kPod);
  std::filesystem::create_directory(folder / "sub");
  WriteFile(folder / "sub/b.yaml", "kind: ConfigMap\n");
  const Finished run = RunProgram({"kube-inject", "-R", "-f", folder / "a.yaml", "-f",
                                   folder / "sub", "-o", folder / "out.yaml"});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.output, "");
  EXPECT_THAT(ReadFile(folder / "out.yaml"),
              AllOf(HasSubstr("istio-proxy"), HasSubstr("---\nkind: ConfigMap\n---\n")));
}

TEST(KubeInjectTest, AFailedRunLeavesNoOutput) {
  const Folder folder;
  WriteFile(folder / "in.yaml",
            std::string(kPod) + "---\n" + std::string(kHostilePod) + "---\nkind: [\n");
  WriteFile(folder / "out.yaml", "precious");
  const Finished run =
      RunProgram({"kube-inject", "-f", folder / "in.yaml", "-o", folder / "out.yaml"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(ReadFile(folder / "out.yaml"), "precious");
  EXPECT_EQ(folder.size(), 2U);
  EXPECT_THAT(run.errors, AllOf(HasSubstr("in.yaml:9: document 2: Pod/evil: template: inject:"),
                                HasSubstr("value \"a: b\""), HasSubstr("document 3: yaml: ")));
}

TEST(KubeInjectTest, AFailedRunWritesNothingToStandardOutput) {
  const std::string good(kPod);
  const std::string bad(kHostilePod);
  for (const std::string& input : {bad + "---\n" + good, good + "---\n" + bad}) {
    const Finished run = RunProgram({"kube-inject", "-f", "-"}, input);
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_EQ(run.output, "");
  }
}

TEST(KubeInjectTest, AFileMayBeInjectedInPlaceAndTwiceIsOnce) {
  const Folder folder;
  const std::string file = folder / "pod.yaml";
  WriteFile(file, kPod);
  ASSERT_EQ(RunProgram({"kube-inject", "-f", file, "-o", file}).exit_code, 0);
  const std::string once = ReadFile(file);
  EXPECT_THAT(once, HasSubstr("istio-proxy"));
  const Finished again = RunProgram({"kube-inject", "-f", file, "-o", file});
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_THAT(again.errors, HasSubstr("AlreadyInjected"));
  EXPECT_EQ(ReadFile(file), once);
}

TEST(KubeInjectTest, MissingFilesFailWithAMessage) {
  for (const std::string flag : {"-f", "--injectConfigFile", "--meshConfigFile"}) {
    const Finished run = RunProgram({"kube-inject", "-f", "-", flag, "/nonexistent/x"}, kPod);
    EXPECT_EQ(run.exit_code, 1) << flag;
    EXPECT_THAT(run.errors, HasSubstr("Error: open /nonexistent/x: no such file or directory"));
    EXPECT_EQ(run.output, "");
  }
}

TEST(KubeInjectTest, UsageErrorsExitWithTwo) {
  const Finished run = RunProgram({"kube-inject"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_EQ(run.errors, "Error: filename not specified (see --filename or -f)\n");
  EXPECT_EQ(RunProgram({"kube-inject", "-f=a", "--meshConfigMapName="}).errors,
            "Error: --meshConfigFile or --meshConfigMapName must be set\n");
}

TEST(KubeInjectTest, EmptyValuesNeverSelectADefault) {
  using Words = std::vector<std::string>;
  const std::pair<Words, std::string> kCases[] = {
      {{"-f", ""}, "filename not specified (see --filename or -f)"},
      {{"-f", "-", "--tag", ""}, "invalid argument \"\" for \"--tag\" flag: the value is empty"},
      {{"-f", "-", "--hub="}, "invalid argument \"\" for \"--hub\" flag: the value is empty"}};
  for (const auto& [flags, error] : kCases) {
    Words words = {"kube-inject"};
    words.insert(words.end(), flags.begin(), flags.end());
    const Finished run = RunProgram(words, kPod);
    EXPECT_EQ(run.exit_code, 2);
    EXPECT_EQ(run.errors, "Error: " + error + '\n');
    EXPECT_EQ(run.output, "");
  }
}

TEST(KubeInjectTest, AnEmittedTemplateGivesTheSameResult) {
  const Folder folder;
  const Finished emitted =
      RunProgram({"kube-inject", "--emitTemplate", "--tag", "unittest", "--coreDump=false"});
  EXPECT_EQ(emitted.exit_code, 0);
  EXPECT_THAT(emitted.output, testing::StartsWith("policy: enabled\ntemplate: |2\n\n"));
  EXPECT_TRUE(emitted.output.ends_with("\n\n"));
  WriteFile(folder / "config.yaml", emitted.output);
  const Finished by_file =
      RunProgram({"kube-inject", "-f", "-", "--injectConfigFile", folder / "config.yaml"}, kPod);
  const Finished by_flags =
      RunProgram({"kube-inject", "-f", "-", "--tag", "unittest", "--coreDump=false"}, kPod);
  EXPECT_EQ(by_file.exit_code, 0);
  EXPECT_EQ(by_file.output, by_flags.output);
}

TEST(KubeInjectTest, TheConfigurationsInTheTreeAreWhatTheProgramEmits) {
  const std::string folder = std::string(SIDECAR_SOURCE_DIR) + "/config/injection/";
  for (const auto& [file, flags] : std::vector<std::pair<std::string, std::vector<std::string>>>{
           {"release.yaml", {"--coreDump=false"}}, {"debug.yaml", {"--debug"}}}) {
    std::vector<std::string> arguments = {"kube-inject", "--emitTemplate", "--compat", "0.5.1"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    const std::string emitted = RunProgram(arguments).output;
    EXPECT_TRUE((ReadFile(folder + file) + "\n").ends_with(emitted)) << file;
  }
}

TEST(KubeInjectTest, AConfigurationsPolicyNeverStopsAManualInjection) {
  const Folder folder;
  WriteFile(folder / "c.yaml", "policy: disabled\ntemplate: 'containers: [{name: extra}]'\n");
  const Finished run =
      RunProgram({"kube-inject", "-f", "-", "--injectConfigFile", folder / "c.yaml"}, kPod);
  EXPECT_THAT(run.output, AllOf(HasSubstr("name: extra"), Not(HasSubstr("istio-proxy"))));
}

TEST(KubeInjectTest, ABrokenTemplateIsAnErrorNotACrash) {
  const Folder folder;
  WriteFile(folder / "c.yaml", "policy: enabled\ntemplate: '{{ if }}'\n");
  const Finished run =
      RunProgram({"kube-inject", "-f", "-", "--injectConfigFile", folder / "c.yaml"}, kPod);
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.errors, HasSubstr("\nError: " + (folder / "c.yaml") + ": template: inject:1:"));
}

TEST(KubeInjectTest, ATemplateOfAnotherReleaseIsHintedAt) {
  const Folder folder;
  WriteFile(folder / "c.yaml", "policy: enabled\ntemplate: '[[ if true ]][[ end ]]'\n");
  EXPECT_THAT(
      RunProgram({"kube-inject", "-f", "-", "--injectConfigFile", folder / "c.yaml"}, kPod).errors,
      HasSubstr("c.yaml: the template seems to be one of Istio 0.8 or later, with [[ ]]: use "
                "--compat 0.8\n"));
  WriteFile(folder / "c.yaml", "policy: enabled\ntemplate: '{{ if true }}{{ end }}'\n");
  EXPECT_THAT(RunProgram({"kube-inject", "-f", "-", "--injectConfigFile", folder / "c.yaml",
                          "--compat", "0.8"},
                         kPod)
                  .errors,
              HasSubstr("use --compat 0.7\n"));
}

TEST(KubeInjectTest, AnInputWithoutDocumentsIsNoSuccess) {
  const Finished empty = RunProgram({"kube-inject", "-f", "-"});
  EXPECT_EQ(empty.exit_code, 1);
  EXPECT_EQ(empty.output, "");
  EXPECT_THAT(empty.errors, HasSubstr("standard input: holds no document\n"
                                      "Error: no documents in the input"));
  const Folder folder;
  WriteFile(folder / "a.yaml", "");
  WriteFile(folder / "b.yaml", kPod);
  const Finished one =
      RunProgram({"kube-inject", "-f", folder / "a.yaml", "-f", folder / "b.yaml"});
  EXPECT_EQ(one.exit_code, 0);
  EXPECT_THAT(one.errors, HasSubstr("a.yaml: holds no document\n"));
}

}  // namespace
}  // namespace sidecar::cli
