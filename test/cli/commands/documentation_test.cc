#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/cli/run_program.h"

namespace sidecar::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(DocumentationTest, PrintsItsVersion) {
  EXPECT_THAT(RunProgram({"version"}).output, StartsWith("sidecar-injector "));
}

TEST(DocumentationTest, TheListOfCommandsIsShort) {
  const std::string list = RunProgram({"--help"}).output;
  EXPECT_THAT(list, HasSubstr("Puts the sidecar of an injection template"));
  EXPECT_THAT(list, Not(HasSubstr("Injecting twice changes nothing")));
}

TEST(DocumentationTest, EveryListedCommandHasHelp) {
  const std::string list = RunProgram({"--help"}).output;
  std::istringstream lines(list.substr(list.find("Subcommands:")));
  std::string line;
  std::getline(lines, line);
  int commands = 0;
  while (std::getline(lines, line)) {
    if (!line.starts_with("  ") || line[2] == ' ') continue;
    const std::string name = line.substr(2, line.find(' ', 2) - 2);
    EXPECT_EQ(RunProgram({name, "--help"}).exit_code, 0) << name;
    EXPECT_THAT(RunProgram({"man"}).output, HasSubstr(".SS ")) << name;
    ++commands;
  }
  EXPECT_GT(commands, 5);
}

TEST(DocumentationTest, AnUnknownTopicIsAUsageError) {
  const Finished unknown = RunProgram({"help", "me"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.errors, HasSubstr("unknown command \"me\" for \"sidecar-injector\""));
}

}  // namespace
}  // namespace sidecar::cli
