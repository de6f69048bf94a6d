#include "lib/kubetypes/timestamp.h"

#include <gtest/gtest.h>

namespace sidecar::kubetypes {
namespace {

TEST(Timestamp, ReadsAndWritesRfc3339) {
  for (const auto& [text, utc] : {std::pair{"2018-01-19T00:06:17Z", "2018-01-19T00:06:17Z"},
                                  {"2018-01-19T00:06:17.25Z", "2018-01-19T00:06:17Z"},
                                  {"2018-01-19T01:06:17+01:00", "2018-01-19T00:06:17Z"},
                                  {"2016-02-29T23:59:59-05:30", "2016-03-01T05:29:59Z"},
                                  {"1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"},
                                  {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"}}) {
    EXPECT_EQ(FormatRfc3339(ParseRfc3339(text).value()), utc) << text;
  }
}

TEST(Timestamp, RefusesWhatIsNoTime) {
  const std::string layout = "\" as \"2006-01-02T15:04:05Z07:00\": cannot parse ";
  EXPECT_EQ(ParseRfc3339("").error().message, "parsing time \"" + layout + "\"\" as \"2006\"");
  EXPECT_EQ(ParseRfc3339("2018").error().message, "parsing time \"2018" + layout + "\"\" as \"-\"");
  EXPECT_EQ(ParseRfc3339("2018-01-19").error().message,
            "parsing time \"2018-01-19" + layout + "\"\" as \"T\"");
  EXPECT_EQ(ParseRfc3339("2018-13-19T00:00:00Z").error().message,
            "parsing time \"2018-13-19T00:00:00Z\": month out of range");
  EXPECT_EQ(ParseRfc3339("2018-02-29T00:00:00Z").error().message,
            "parsing time \"2018-02-29T00:00:00Z\": day out of range");
  EXPECT_EQ(ParseRfc3339("2018-01-19T00:06:17Zx").error().message,
            "parsing time \"2018-01-19T00:06:17Zx\": extra text: \"x\"");
}

TEST(Timestamp, PrintsAsGoDoes) {
  EXPECT_EQ(FormatGoString({}), "0001-01-01 00:00:00 +0000 UTC");
  EXPECT_EQ(FormatGoString(ParseRfc3339("2018-01-19T00:06:17.250Z").value()),
            "2018-01-19 00:06:17.25 +0000 UTC");
  EXPECT_EQ(FormatRfc3339(ParseRfc3339("2018-01-19T00:06:17.250Z").value(), 6),
            "2018-01-19T00:06:17.250000Z");
}

}  // namespace
}  // namespace sidecar::kubetypes
