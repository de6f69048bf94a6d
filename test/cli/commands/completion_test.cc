#include "cli/commands/completion.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "test/cli/commands/sample_program.h"

namespace sidecar::cli {
namespace {

using ::testing::HasSubstr;

std::string Output(const std::string& command) {
  std::string output;
  std::FILE* const pipe = popen(command.c_str(), "r");
  char buffer[256];
  for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    output.append(buffer, n);
  return pclose(pipe) == 0 ? output : "failed: " + output;
}

// What bash would offer after `words`, the last of which is being typed.
std::string BashOffers(const std::string& words, int last) {
  const SampleProgram program;
  const std::filesystem::path script =
      std::filesystem::path(::testing::TempDir()) /
      ("sidecar_completion_test_" + std::to_string(getpid()) + ".bash");
  std::ofstream(script) << *Completion(program.app, "bash");
  const std::string offers =
      Output("bash -c '. " + script.string() + "; COMP_WORDS=(tool " + words +
             ") COMP_CWORD=" + std::to_string(last) + "; _tool; echo ${COMPREPLY[@]}'");
  std::filesystem::remove(script);
  return offers;
}

TEST(CompletionTest, BashOffersSubcommandsFlagsAndValues) {
  EXPECT_EQ(BashOffers("r", 1), "run\n");
  EXPECT_EQ(BashOffers("run --fi", 2), "--file\n");
  EXPECT_EQ(BashOffers("run --mode s", 3), "slow\n");
  EXPECT_EQ(BashOffers("run --se", 2), "\n");
}

TEST(CompletionTest, ZshDescriptionsHoldNothingThatEndsThem) {
  const SampleProgram program;
  const std::string script = *Completion(program.app, "zsh");
  EXPECT_THAT(script, HasSubstr("'run:Run it now'"));
  EXPECT_THAT(script, HasSubstr("'*'{-f,--file}'[The file to read]:FILE:_files'"));
  EXPECT_THAT(script, HasSubstr("'*'--mode'[How to do it]:VALUE:(fast slow)'"));
}

TEST(CompletionTest, FishKnowsWhichFlagsTakeAValue) {
  const SampleProgram program;
  const std::string script = *Completion(program.app, "fish");
  EXPECT_THAT(script, HasSubstr("-s f -l file -r -d 'The file to read'"));
  EXPECT_THAT(script, HasSubstr("-l mode -x -a 'fast slow'"));
  EXPECT_THAT(script, HasSubstr("-l quiet -d 'Say nothing'"));
}

TEST(CompletionTest, AnotherShellIsAnError) {
  const SampleProgram program;
  EXPECT_EQ(Completion(program.app, "tcsh").error().message,
            "no completion for shell \"tcsh\": want bash, zsh or fish");
}

}  // namespace
}  // namespace sidecar::cli
