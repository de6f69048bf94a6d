#include "cli/commands/command_reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/cli/commands/sample_program.h"
#include "test/cli/run_program.h"

namespace sidecar::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(CommandReferenceTest, ShowsCommandsFlagsAndExamples) {
  const SampleProgram program;
  const std::string page = CommandReference(program.app);
  EXPECT_THAT(page, HasSubstr("## run\n\nRun [it]: 'now'\n\n```sh\ntool run -f a.yaml\n```\n"));
  EXPECT_THAT(page, HasSubstr("| `-f`, `--file` FILE | The file to read |\n"));
  EXPECT_THAT(page, HasSubstr("| `--mode` VALUE | How to do it: `fast`, `slow` |\n"));
  EXPECT_THAT(page, Not(HasSubstr("secret")));
}

TEST(CommandReferenceTest, ThePageOfTheDocumentationIsCurrent) {
  const std::string page = RunProgram({"man", "-o", "markdown"}).output;
  const std::string stored = ReadFile(std::string(SIDECAR_SOURCE_DIR) + "/docs/COMMANDS.md");
  EXPECT_TRUE(page == stored) << "docs/COMMANDS.md is not what --help says: run make reference";
}

}  // namespace
}  // namespace sidecar::cli
