#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/diagnose/mesh_check.h"
#include "test/cli/run_program.h"

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
  EXPECT_EQ(RunProgram({"check"}).exit_code, 2);
  EXPECT_EQ(RunProgram({"check", "-f", "-", "-o", "xml"}).exit_code, 2);
}

TEST(CheckTest, PrintsForPrograms) {
  EXPECT_THAT(RunProgram({"check", "-f", "-", "-o", "json"}, kService).output,
              HasSubstr("\"code\": \"UnknownPortProtocol\""));
  EXPECT_THAT(RunProgram({"check", "-f", "-", "-o", "sarif"}, kService).output,
              HasSubstr("\"ruleId\": \"UnknownPortProtocol\""));
  EXPECT_EQ(RunProgram({"check", "-f", "-", "-o", "name"}, kService).output, "Service/web\n");
  EXPECT_THAT(RunProgram({"check", "-f", "-", "-o", "wide"}, kService).output,
              HasSubstr("spec.ports[0].name"));
}

TEST(CheckTest, NamesTheDocumentThatIsBroken) {
  EXPECT_THAT(RunProgram({"check", "-f", "-"}, "kind: Pod\n---\na: 1\n").errors,
              HasSubstr("standard input:3: this is no Kubernetes object: it has no kind"));
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
