#include "cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::cli {
namespace {

using Words = std::vector<std::string>;

Words Rewritten(const Words& words) {
  std::vector<const char*> argv = {"sidecar-injector"};
  for (const std::string& word : words) argv.push_back(word.c_str());
  return Arguments(static_cast<int>(argv.size()), argv.data());
}

TEST(ArgumentsTest, RootFlagsMayStandBeforeTheSubcommand) {
  EXPECT_EQ(Rewritten({"-n", "foo", "kube-inject", "-f", "x"}),
            (Words{"kube-inject", "-n", "foo", "-f", "x"}));
  EXPECT_EQ(
      Rewritten({"-nfoo", "-i=bar", "--context=c", "--log_as_json", "--v", "2", "kube-inject"}),
      (Words{"kube-inject", "-nfoo", "-ibar", "--context=c", "--log_as_json", "--v", "2"}));
  EXPECT_EQ(Rewritten({"-n", "foo", "version"}), Words{"version"});
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

TEST(ArgumentsTest, OthersStayWhereTheyAre) {
  for (const Words& words :
       {Words{"kube-inject", "-n", "foo"}, Words{"-n", "foo"}, Words{"-n"}, Words{"--version"},
        Words{"--help"}, Words{"-x", "kube-inject"}, Words{}}) {
    EXPECT_EQ(Rewritten(words), words);
  }
}

TEST(ArgumentsTest, ValuesAreSeparatedAsPflagDoes) {
  EXPECT_EQ(Rewritten({"kube-inject", "-f=x", "--tag=", "--hub=h=", "-"}),
            (Words{"kube-inject", "-fx", "--tag", "", "--hub=h=", "-"}));
}

}  // namespace
}  // namespace sidecar::cli
