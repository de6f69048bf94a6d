#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/diagnose/config_lint.h"
#include "test/cli/run_program.h"

namespace sidecar::cli {
namespace {

using ::testing::HasSubstr;

TEST(LintCommandTest, FindsWhatIsWrong) {
  const Folder folder;
  const std::string config = folder / "inject.yaml";
  WriteFile(config, "policy: enabled\ntemplate: |\n  {{ nope }}\n");
  const Finished run = RunProgram({"lint", config});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.output, HasSubstr("InvalidConfig"));
  EXPECT_THAT(run.output, HasSubstr(config + ":3"));
  EXPECT_THAT(run.output, HasSubstr("function \"nope\" not defined"));
  EXPECT_THAT(RunProgram({"lint", config, "-o", "sarif"}).output, HasSubstr("\"startLine\": 3"));
}

TEST(LintCommandTest, TheProgramsOwnConfigurationsHaveNoErrors) {
  for (const std::string name : {"release", "debug"}) {
    const Folder folder;
    const std::string config = folder / "inject.yaml";
    WriteFile(config, RunProgram({"config", "defaults", name}).output);
    const Finished run = RunProgram({"lint", config});
    EXPECT_EQ(run.exit_code, 0) << run.output;
    EXPECT_EQ(RunProgram({"lint", config, "--fail-on", "info"}).exit_code, 1);
  }
}

TEST(LintCommandTest, WrongUsageIsTold) {
  EXPECT_EQ(RunProgram({"lint"}).exit_code, 2);
  EXPECT_EQ(RunProgram({"lint", "x", "--compat", "7"}).exit_code, 2);
  EXPECT_EQ(RunProgram({"lint", "/no/such/file"}).exit_code, 1);
}

TEST(LintCommandTest, EveryRuleIsDocumented) {
  const std::string page = ReadFile(std::string(SIDECAR_SOURCE_DIR) + "/docs/CHECKS.md");
  for (const diagnose::Rule* const rule : diagnose::LintRules()) {
    EXPECT_THAT(page, HasSubstr("## " + std::string(rule->code) + "\n\n*" +
                                std::string(ToString(rule->severity)) + ".* "));
  }
}

}  // namespace
}  // namespace sidecar::cli
