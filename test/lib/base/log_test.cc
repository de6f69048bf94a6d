#include "lib/base/log.h"

#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

class LogTest : public testing::Test {
 protected:
  LogOptions Options(LogFormat format, LogLevel level = LogLevel::kInfo) {
    LogOptions options;
    options.format = format;
    options.level = level;
    options.sink = [this](std::string_view line) { lines_.emplace_back(line); };
    return options;
  }

  std::vector<std::string> lines_;
};

TEST_F(LogTest, AJsonLineHasTimeLevelMessageAndFields) {
  Logger log(Options(LogFormat::kJson));
  log.Info("pod admitted", {{"uid", "a-b"}, {"bytes", 3800}, {"dryRun", false}, {"ms", 0.25}});
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_THAT(lines_[0], StartsWith("{\"time\":\"20"));
  EXPECT_THAT(lines_[0], EndsWith("Z\",\"level\":\"info\",\"msg\":\"pod admitted\",\"uid\":\"a-b\","
                                  "\"bytes\":3800,\"dryRun\":false,\"ms\":0.25}\n"));
}

TEST_F(LogTest, ATextLineQuotesOnlyWhatIsNoWord) {
  Logger log(Options(LogFormat::kText));
  log.Warning("reload failed", {{"file", "/etc/config"}, {"error", "line 3: \"x\""}, {"none", ""}});
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_THAT(lines_[0], MatchesRegex("[-0-9]+T[:.0-9]+Z warning reload failed file=/etc/config "
                                      "error=\"line 3: \\\\\"x\\\\\"\" none=\"\"\n"));
}

TEST_F(LogTest, WhatIsBelowTheLevelIsNotWritten) {
  Logger log(Options(LogFormat::kText, LogLevel::kWarning));
  log.Debug("a");
  log.Info("b");
  log.Warning("c");
  log.Error("d");
  EXPECT_THAT(lines_, ElementsAre(EndsWith("c\n"), EndsWith("d\n")));
  EXPECT_FALSE(log.IsEnabled(LogLevel::kInfo));
  EXPECT_TRUE(log.IsEnabled(LogLevel::kError));
}

TEST_F(LogTest, OffWritesNothing) {
  Logger log(Options(LogFormat::kText, LogLevel::kOff));
  log.Error("d");
  EXPECT_TRUE(lines_.empty());
  EXPECT_FALSE(log.IsEnabled(LogLevel::kOff));
}

TEST_F(LogTest, HostileTextStaysOneLineOfValidJson) {
  const struct {
    std::string value;
    std::string_view printed;
  } cases[] = {
      {"a\nb", R"("a\nb")"},
      {"a\"\\\t", R"("a\"\\\u0009")"},
      {std::string("\0\x7F", 2), R"("\u0000\u007f")"},
      {"gr\xC3\xBC\xC3\x9F \xF0\x9F\x90\xB3", "\"gr\xC3\xBC\xC3\x9F \xF0\x9F\x90\xB3\""},
      {"\xC3", "\"\xEF\xBF\xBD\""},                                  // Cut short.
      {"\xC0\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},                  // Overlong.
      {"\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},  // A surrogate.
  };
  Logger log(Options(LogFormat::kJson));
  for (const auto& test : cases) {
    lines_.clear();
    log.Info("m", {{"k", test.value}});
    ASSERT_EQ(lines_.size(), 1U);
    EXPECT_THAT(lines_[0], EndsWith("\"k\":" + std::string(test.printed) + "}\n"));
    EXPECT_EQ(lines_[0].find('\n'), lines_[0].size() - 1);
  }
}

TEST_F(LogTest, TextWithLineBreaksIsQuoted) {
  Logger log(Options(LogFormat::kText));
  log.Info("two\nlines", {{"k", "v\n"}});
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_THAT(lines_[0], EndsWith("\"two\\nlines\" k=\"v\\n\"\n"));
}

TEST_F(LogTest, LongValuesAreCut) {
  Logger log(Options(LogFormat::kJson));
  log.Info("m", {{"k", std::string(100'000, 'x')}});
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_LT(lines_[0].size(), 9000U);
  EXPECT_THAT(lines_[0], EndsWith("x...\"}\n"));
}

TEST_F(LogTest, NumbersThatJsonLacksAreText) {
  Logger log(Options(LogFormat::kJson));
  log.Info("m", {{"a", std::numeric_limits<double>::infinity()},
                 {"b", std::numeric_limits<std::uint64_t>::max()},
                 {"c", std::numeric_limits<std::int64_t>::min()}});
  EXPECT_THAT(lines_.at(0),
              HasSubstr(R"("a":"+Inf","b":18446744073709551615,"c":-9223372036854775808})"));
}

TEST(LogLevelTest, LevelsAreReadAsTheyArePrintedAndAsIstioSpellsThem) {
  for (const auto level :
       {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning, LogLevel::kError, LogLevel::kOff}) {
    ASSERT_TRUE(ParseLogLevel(ToString(level)).has_value());
    EXPECT_EQ(*ParseLogLevel(ToString(level)), level);
  }
  EXPECT_EQ(*ParseLogLevel("warn"), LogLevel::kWarning);
  EXPECT_EQ(*ParseLogLevel("none"), LogLevel::kOff);
  ASSERT_FALSE(ParseLogLevel("loud").has_value());
  EXPECT_EQ(ParseLogLevel("loud").error().message,
            "log level \"loud\" is none of debug, info, warning, error, off");
}

}  // namespace
}  // namespace sidecar
