#include "lib/yaml/scalar_analysis.h"

#include <gtest/gtest.h>

namespace sidecar::yaml {
namespace {

TEST(ScalarAnalysisTest, PlainIsAllowedWhereNothingIsMistaken) {
  for (const std::string_view text : {"a", "a b", "a:b", "-x", "?x", ":x", "a#b", "\u00e9", "x-"}) {
    EXPECT_TRUE(AnalyzeScalar(text).plain_allowed) << text;
  }
  for (const std::string_view text :
       {" a", "a ", "a: b", "a:", "- x", "-", "? x", "#a", "a #b", "[a", "*a", "%a", "@a", "`a",
        "---", "...x", "a\nb", "a\tb"}) {
    EXPECT_FALSE(AnalyzeScalar(text).plain_allowed) << text;
  }
}

TEST(ScalarAnalysisTest, QuotesAndBlocksNeedPrintableText) {
  EXPECT_TRUE(AnalyzeScalar("a: b").single_quoted_allowed);
  EXPECT_FALSE(AnalyzeScalar("a\tb").single_quoted_allowed);
  EXPECT_FALSE(AnalyzeScalar("a\n b").single_quoted_allowed);
  EXPECT_TRUE(AnalyzeScalar("a\n b").block_allowed);
  EXPECT_FALSE(AnalyzeScalar("a \nb").block_allowed);
  EXPECT_FALSE(AnalyzeScalar("a\nb ").block_allowed);
  EXPECT_FALSE(AnalyzeScalar("\U0001F600").single_quoted_allowed);
  EXPECT_FALSE(AnalyzeScalar("\ufeff").single_quoted_allowed);
  EXPECT_TRUE(AnalyzeScalar("a\u2028b").multiline);
  EXPECT_FALSE(AnalyzeScalar("").block_allowed);
}

TEST(ScalarAnalysisTest, TheQuickAnswerNeverContradictsTheSlowOne) {
  std::string text(2, ' ');
  for (int first = 1; first < 256; ++first) {
    for (int second = 1; second < 256; ++second) {
      text[0] = static_cast<char>(first);
      text[1] = static_cast<char>(second);
      if (IsSimplePlain(text)) {
        EXPECT_TRUE(AnalyzeScalar(text).plain_allowed) << text;
      }
    }
  }
  EXPECT_TRUE(IsSimplePlain("docker.io/istio/proxy:0.5.1"));
  EXPECT_FALSE(IsSimplePlain("---a"));
  EXPECT_FALSE(IsSimplePlain("a:"));
  EXPECT_FALSE(IsSimplePlain(""));
}

}  // namespace
}  // namespace sidecar::yaml
