#include "webhook/config_source.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::webhook {
namespace {

using testing::Contains;
using testing::HasSubstr;

class ConfigSourceTest : public testing::Test {
 protected:
  LogOptions IntoLines() {
    LogOptions options;
    options.sink = [this](std::string_view line) { lines_.emplace_back(line); };
    return options;
  }

  void Offer(const std::string& text, const Result<std::string>& outcome) {
    source_.Offer({text, "mesh"}, [&] {
      ++calls_;
      return outcome;
    });
  }

  const Result<std::string> good_ = std::string();
  const Result<std::string> bad_ = Error{ErrorCode::kInvalidArgument, "it is bad"};

  std::vector<std::string> lines_;
  int calls_ = 0;
  Logger log_{IntoLines()};
  observe::MetricRegistry metrics_;
  observe::Readiness readiness_{{}};
  ConfigSource source_{"config", log_, metrics_, readiness_};
};

TEST_F(ConfigSourceTest, NothingIsReadyBeforeTheFirstGoodOne) {
  EXPECT_THAT(readiness_.Describe(), HasSubstr("[-]config failed: not loaded yet\n"));
  Offer("a", bad_);
  EXPECT_THAT(readiness_.Describe(), HasSubstr("[-]config failed: it is bad\n"));
  EXPECT_THAT(lines_, Contains(HasSubstr("no usable configuration")));
  Offer("b", good_);
  EXPECT_THAT(readiness_.Describe(), HasSubstr("[+]config ok\n"));
}

TEST_F(ConfigSourceTest, TheSameTextsAreLookedAtOnce) {
  Offer("a", good_);
  Offer("a", bad_);
  EXPECT_EQ(calls_, 1);
  Offer("b", good_);
  Offer("a", good_);
  EXPECT_EQ(calls_, 3);
  EXPECT_THAT(metrics_.Render(), HasSubstr("{source=\"config\",outcome=\"success\"} 3\n"));
}

TEST_F(ConfigSourceTest, TextsThatDifferOnlyInWhereTheyAreCutDiffer) {
  source_.Offer({"ab", "c"}, [&] { return ++calls_, good_; });
  source_.Offer({"a", "bc"}, [&] { return ++calls_, good_; });
  EXPECT_EQ(calls_, 2);
}

TEST_F(ConfigSourceTest, ABadOneAfterAGoodOneLeavesItReadyAndIsReported) {
  Offer("a", good_);
  Offer("b", bad_);
  EXPECT_TRUE(readiness_.IsReady());
  EXPECT_THAT(readiness_.Describe(),
              HasSubstr("[+]config ok: the last reload failed: it is bad\n"));
  EXPECT_THAT(lines_, Contains(HasSubstr("the last good one stays in use")));
  EXPECT_THAT(metrics_.Render(), HasSubstr("last_reload_successful{source=\"config\"} 0\n"));
}

TEST_F(ConfigSourceTest, WhatCannotBeReadIsReportedOnceAndReadAgainAfterwards) {
  const Error gone{ErrorCode::kUnavailable, "gone"};
  Offer("a", good_);
  source_.Unavailable(gone);
  source_.Unavailable(gone);
  EXPECT_THAT(lines_, Contains(HasSubstr("gone")).Times(1));
  EXPECT_THAT(metrics_.Render(), HasSubstr("{source=\"config\",outcome=\"failure\"} 1\n"));
  Offer("a", good_);
  EXPECT_EQ(calls_, 2);
  EXPECT_THAT(readiness_.Describe(), HasSubstr("[+]config ok\n"));
}

TEST_F(ConfigSourceTest, ARemarkIsShown) {
  Offer("a", std::string("but"));
  EXPECT_THAT(readiness_.Describe(), HasSubstr("[+]config ok: but\n"));
}

}  // namespace
}  // namespace sidecar::webhook
