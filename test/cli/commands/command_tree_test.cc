#include "cli/commands/command_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/cli/commands/sample_program.h"

namespace sidecar::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CommandTreeTest, HiddenFlagsAndSubcommandsAreLeftOut) {
  const SampleProgram program;
  const Command tree = DescribeCommand(program.app);
  ASSERT_EQ(tree.subcommands.size(), 1U);
  EXPECT_EQ(tree.subcommands[0].name, "run");
  for (const Flag& flag : tree.subcommands[0].flags) EXPECT_NE(flag.names.back(), "--secret");
}

TEST(CommandTreeTest, AFlagHasItsNamesItsValueAndItsChoices) {
  const SampleProgram program;
  const std::vector<Flag> flags = DescribeCommand(program.app).subcommands.at(0).flags;
  ASSERT_EQ(flags.size(), 4U);  // --help is first.
  EXPECT_THAT(flags[1].names, ElementsAre("-f", "--file"));
  EXPECT_EQ(flags[1].value, "FILE");
  EXPECT_THAT(flags[1].choices, IsEmpty());
  EXPECT_THAT(flags[2].choices, ElementsAre("fast", "slow"));
  EXPECT_EQ(flags[3].value, "");
  EXPECT_EQ(flags[3].description, "Say nothing");
}

}  // namespace
}  // namespace sidecar::cli
