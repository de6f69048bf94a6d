#include "cli/arguments.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::cli {
namespace {

using Words = std::vector<std::string>;

// A few commands with a few flags of the real ones.
struct SmallProgram {
  CLI::App app{"Does things", "tool"};
  std::vector<std::unique_ptr<std::string>> values;

  SmallProgram() {
    Add("kube-inject", {"-n,--namespace", "-i", "--context", "--v", "-f", "--tag", "--hub"},
        {"--log_as_json"});
    Add("webhook", {"--port", "--injectConfig", "--log_output_level", "--v", "--kubeconfig"},
        {"--log_as_json"});
    Add("status", {"-n,--namespace", "-c,--kubeconfig", "-o"}, {"-A", "-R"});
    Add("version", {}, {});
  }

  void Add(const char* name, const std::vector<const char*>& flags,
           const std::vector<const char*>& switches) {
    CLI::App* const command = app.add_subcommand(name);
    for (const char* const flag : flags) {
      command->add_option(flag, *values.emplace_back(std::make_unique<std::string>()));
    }
    for (const char* const flag : switches) command->add_flag(flag);
  }
};

Words Rewritten(const Words& words) {
  const SmallProgram program;
  std::vector<const char*> argv = {"sidecar-injector"};
  for (const std::string& word : words) argv.push_back(word.c_str());
  return Arguments(static_cast<int>(argv.size()), argv.data(), program.app);
}

TEST(ArgumentsTest, ACommandsFlagsMayStandBeforeIt) {
  EXPECT_EQ(Rewritten({"-n", "foo", "kube-inject", "-f", "x"}),
            (Words{"kube-inject", "-n", "foo", "-f", "x"}));
  EXPECT_EQ(
      Rewritten({"-nfoo", "-i=bar", "--context=c", "--log_as_json", "--v", "2", "kube-inject"}),
      (Words{"kube-inject", "-nfoo", "-ibar", "--context=c", "--log_as_json", "--v", "2"}));
  EXPECT_EQ(Rewritten({"--kubeconfig", "F", "-A", "status", "-o", "json"}),
            (Words{"status", "--kubeconfig", "F", "-A", "-o", "json"}));
  EXPECT_EQ(Rewritten({"-RAn", "shop", "status"}), (Words{"status", "-RAn", "shop"}));
}

TEST(ArgumentsTest, AFlagsValueIsNoCommand) {
  EXPECT_EQ(Rewritten({"-n", "version", "status"}), (Words{"status", "-n", "version"}));
  EXPECT_EQ(Rewritten({"--namespace", "status", "status"}),
            (Words{"status", "--namespace", "status"}));
}

TEST(ArgumentsTest, AFlagThatTheCommandLacksIsKept) {
  EXPECT_EQ(Rewritten({"-n", "foo", "version"}), (Words{"version", "-n", "foo"}));
  EXPECT_EQ(Rewritten({"--what", "foo", "status"}), (Words{"status", "--what", "foo"}));
  EXPECT_EQ(Rewritten({"--what", "status"}), (Words{"status", "--what"}));
}

TEST(ArgumentsTest, LongFlagsAloneAreTheWebhooks) {
  EXPECT_EQ(Rewritten({"--injectConfig=x", "--port", "443"}),
            (Words{"webhook", "--injectConfig=x", "--port", "443"}));
  EXPECT_EQ(Rewritten({"--log_output_level", "debug", "--port=443"}),
            (Words{"webhook", "--log_output_level", "debug", "--port=443"}));
  EXPECT_EQ(Rewritten({"--log_as_json"}), (Words{"webhook", "--log_as_json"}));
  EXPECT_EQ(Rewritten({"--v", "2", "webhook", "--port=1"}),
            (Words{"webhook", "--v", "2", "--port=1"}));
}

TEST(ArgumentsTest, AWrongCommandIsNotTheWebhooks) {
  EXPECT_EQ(Rewritten({"--kubeconfig", "F", "statsu", "-A"}),
            (Words{"statsu", "--kubeconfig", "F", "-A"}));
}

TEST(ArgumentsTest, OthersStayWhereTheyAre) {
  for (const Words& words :
       {Words{"kube-inject", "-n", "foo"}, Words{"-n", "foo"}, Words{"-n"}, Words{"--version"},
        Words{"--help"}, Words{"-", "kube-inject"}, Words{}}) {
    EXPECT_EQ(Rewritten(words), words);
  }
}

TEST(ArgumentsTest, ValuesAreSeparatedAsPflagDoes) {
  EXPECT_EQ(Rewritten({"kube-inject", "-f=x", "--tag=", "--hub=h=", "-"}),
            (Words{"kube-inject", "-fx", "--tag", "", "--hub=h=", "-"}));
}

}  // namespace
}  // namespace sidecar::cli
