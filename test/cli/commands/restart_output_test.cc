#include "cli/commands/restart_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::cli {
namespace {

using testing::HasSubstr;

const std::vector<RestartResult>& Results() {
  static const std::vector<RestartResult> results = {
      {{"shop", "Deployment", "web"}, RestartOutcome::kRestarted, ""},
      {{"shop", "Pod", "bare"}, RestartOutcome::kLeftOut, "it is bare"}};
  return results;
}

TEST(RestartOutputTest, ALineSaysWhatBecameOfAWorkload) {
  EXPECT_EQ(LineOf(Results()[0]), "shop Deployment/web: restarted");
  EXPECT_EQ(LineOf(Results()[1]), "shop Pod/bare: left out: it is bare");
}

TEST(RestartOutputTest, AWideTableHasARowForEachWorkload) {
  EXPECT_EQ(RenderRestarts(Results(), false),
            "NAMESPACE  OWNER           OUTCOME    REASON\n"
            "shop       Deployment/web  restarted  -\n"
            "shop       Pod/bare        leftOut    it is bare\n");
  EXPECT_EQ(RenderRestarts({}, false), "");
}

TEST(RestartOutputTest, FormatsForProgramsHoldTheSame) {
  EXPECT_EQ(WriteRestarts(Results(), "name"), "Deployment/web\n");
  EXPECT_THAT(WriteRestarts(Results(), "json"), HasSubstr(R"("outcome": "leftOut")"));
  EXPECT_THAT(WriteRestarts(Results(), "yaml"),
              HasSubstr("  outcome: leftOut\n  reason: it is bare\n"));
}

TEST(RestartOutputTest, TheSummaryNamesWhatWasNotBegunOnlyIfThereIsAny) {
  std::vector<RestartResult> results = Results();
  EXPECT_EQ(SummarizeRestarts(results), "1 restarted, 1 left out, 0 failed");
  results.push_back({{"shop", "Deployment", "b"}, RestartOutcome::kNotBegun, ""});
  EXPECT_EQ(SummarizeRestarts(results), "1 restarted, 1 left out, 0 failed, 1 not begun");
  EXPECT_EQ(SummarizeRestarts({{{}, RestartOutcome::kWouldRestart, ""}}),
            "1 would be restarted, 0 left out, 0 failed");
}

TEST(RestartOutputTest, TheBarGrowsAndFitsTheTerminal) {
  EXPECT_EQ(ProgressBar(0, 4, "a", 80), "[>                   ] 0/4 a");
  EXPECT_EQ(ProgressBar(2, 4, "a\x1b[2Jb", 80), "[==========>         ] 2/4 a [2Jb");
  EXPECT_EQ(ProgressBar(4, 4, "", 80), "[====================] 4/4 ");
  EXPECT_EQ(ProgressBar(1, 4, "long text", 30).size(), 30U);
}

}  // namespace
}  // namespace sidecar::cli
