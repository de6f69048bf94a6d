#include "cli/commands/suggestions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::cli {
namespace {

using testing::HasSubstr;

const Command& Program() {
  static const Command program = [] {
    const Flag output{{"-o", "--output"}, "How to print\nmore", "VALUE", {"json", "yaml"}};
    const Flag file{{"-f", "--filename"}, "File", "FILE", {}};
    const Flag all{{"-A", "--all-namespaces"}, "All", "", {}};
    Command tree{"program", "A program.", "", {{{"--version"}, "Version", "", {}}}, {}, {}};
    tree.subcommands = {{"status", "Shows.\n\nMore.", "", {output, file, all}, {}, {}},
                        {"completion", "Prints.", "", {}, {"bash", "zsh"}, {}},
                        {"help", "Helps.", "", {}, {}, {}}};
    return tree;
  }();
  return program;
}

std::string Suggest(const std::vector<std::string>& words) {
  return cli::Suggest(Program(), words);
}

TEST(SuggestionsTest, TheFirstWordIsACommand) {
  EXPECT_EQ(Suggest({""}), "status\tShows.\ncompletion\tPrints.\nhelp\tHelps.\n:4\n");
  EXPECT_EQ(Suggest({"st"}), "status\tShows.\n:4\n");
  EXPECT_EQ(Suggest({"--v"}), "--version\tVersion\n:4\n");
  EXPECT_EQ(Suggest({"help", "c"}), "completion\tPrints.\n:4\n");
  EXPECT_EQ(Suggest({}), Suggest({""}));
}

TEST(SuggestionsTest, AFlagFollowsItsCommand) {
  EXPECT_EQ(Suggest({"status", "--o"}), "--output\tHow to print\n:4\n");
  EXPECT_THAT(Suggest({"status", "-A", "--"}), HasSubstr("--filename\tFile\n"));
  EXPECT_EQ(Suggest({"nothing", "--o"}), ":4\n");
}

TEST(SuggestionsTest, AFlagsValueIsOneOfAFewOrAFile) {
  EXPECT_EQ(Suggest({"status", "-o", ""}), "json\nyaml\n:4\n");
  EXPECT_EQ(Suggest({"status", "--output", "y"}), "yaml\n:4\n");
  EXPECT_EQ(Suggest({"status", "--output=y"}), "--output=yaml\n:4\n");
  EXPECT_EQ(Suggest({"status", "-f", ""}), ":0\n");
  EXPECT_EQ(Suggest({"status", "--none=y"}), ":4\n");
}

TEST(SuggestionsTest, OtherWordsAreThoseACommandTakesOrFiles) {
  EXPECT_EQ(Suggest({"completion", "b"}), "bash\n:4\n");
  EXPECT_EQ(Suggest({"status", "-A", ""}), ":0\n");
}

}  // namespace
}  // namespace sidecar::cli
