#include <algorithm>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

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

std::vector<std::string> ListedCommands() {
  const std::string list = RunProgram({"--help"}).output;
  std::istringstream lines(list.substr(list.find("Subcommands:")));
  std::string line;
  std::getline(lines, line);
  std::vector<std::string> names;
  while (std::getline(lines, line) && !line.empty()) {
    if (line.starts_with("  ") && line[2] != ' ')
      names.push_back(line.substr(2, line.find(' ', 2) - 2));
  }
  return names;
}

// A flag as the help shows it: "  -o,--output TEXT:{json,yaml} [json]".
struct ShownFlag {
  std::vector<std::string> names;
  std::string choices;  // "json yaml"
};

std::vector<ShownFlag> FlagsIn(const std::string& help) {
  std::vector<ShownFlag> flags;
  std::istringstream lines(help);
  std::string line;
  while (std::getline(lines, line)) {
    if (!line.starts_with("  -")) continue;
    ShownFlag flag;
    std::istringstream names(line.substr(2, line.find(' ', 2) - 2));
    for (std::string name; std::getline(names, name, ',');) {
      flag.names.push_back(name.substr(0, name.find_first_of("=[{")));
    }
    const auto open = line.find(":{");
    if (open != std::string::npos) {
      flag.choices = line.substr(open + 2, line.find('}', open) - open - 2);
      std::replace(flag.choices.begin(), flag.choices.end(), ',', ' ');
    }
    flags.push_back(std::move(flag));
  }
  return flags;
}

TEST(DocumentationTest, EveryCommandHasExamplesAndExitCodes) {
  const std::vector<std::string> commands = ListedCommands();
  EXPECT_GT(commands.size(), 15U);
  const std::string man = RunProgram({"man"}).output;
  for (const std::string& name : commands) {
    const Finished help = RunProgram({name, "--help"});
    EXPECT_EQ(help.exit_code, 0) << name;
    EXPECT_THAT(help.output, HasSubstr("Examples:\n")) << name;
    EXPECT_THAT(help.output, HasSubstr("sidecar-injector " + name)) << name;
    EXPECT_THAT(help.output, HasSubstr("exit code is 0")) << name;
    EXPECT_EQ(help.output, RunProgram({"help", name}).output);
  }
  EXPECT_THAT(man, HasSubstr(".SS create\\-signed\\-cert\n"));
}

TEST(DocumentationTest, CompletionKnowsEveryCommandFlagAndValue) {
  const std::string bash = RunProgram({"completion", "bash"}).output;
  const std::string zsh = RunProgram({"completion", "zsh"}).output;
  const std::string fish = RunProgram({"completion", "fish"}).output;
  std::size_t choices = 0;
  for (const std::string& name : ListedCommands()) {
    EXPECT_THAT(bash, HasSubstr("    " + name + ") words=")) << name;
    EXPECT_THAT(zsh, HasSubstr("    " + name + ") _arguments")) << name;
    EXPECT_THAT(fish, HasSubstr(" -a " + name + " -d ")) << name;
    const auto case_of = [&name](const std::string& script, const std::string& start) {
      const std::size_t at = script.find(start);
      return at == std::string::npos ? "" : script.substr(at, script.find(" ;;\n", at) - at) + ' ';
    };
    const std::string bash_words = case_of(bash, "    " + name + ") words=");
    const std::string zsh_words = case_of(zsh, "    " + name + ") _arguments");
    for (const ShownFlag& flag : FlagsIn(RunProgram({name, "--help"}).output)) {
      for (const std::string& flag_name : flag.names) {
        EXPECT_THAT(bash_words, HasSubstr(flag_name)) << name;
        EXPECT_THAT(zsh_words, HasSubstr(flag_name)) << name;
      }
      if (flag.choices.empty()) continue;
      ++choices;
      EXPECT_THAT(bash, HasSubstr(name + ":" + flag.names.back() + ") COMPREPLY=($(compgen -W '" +
                                  flag.choices + "'"));
      EXPECT_THAT(zsh_words, HasSubstr("(" + flag.choices + ")")) << name;
      EXPECT_THAT(fish, HasSubstr("-a '" + flag.choices + "'")) << name;
    }
  }
  EXPECT_GT(choices, 10U);
}

TEST(DocumentationTest, TheVersionIsForProgramsToo) {
  EXPECT_THAT(RunProgram({"version", "-o", "json"}).output, HasSubstr("\"version\": \""));
  EXPECT_THAT(RunProgram({"version", "-o", "yaml"}).output, HasSubstr("\nversion: "));
  EXPECT_EQ(RunProgram({"version", "-o", "xml"}).exit_code, 2);
}

TEST(DocumentationTest, AnUnknownTopicIsAUsageError) {
  const Finished unknown = RunProgram({"help", "me"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.errors, HasSubstr("unknown command \"me\" for \"sidecar-injector\""));
}

}  // namespace
}  // namespace sidecar::cli
