#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "lib/gotemplate/funcs/go_time.h"
#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate::funcs {
namespace {

// What Time.String says of the result, or the error.
std::string Parsed(std::string_view layout, std::string_view text) {
  try {
    return FormatTime(ParseTime(layout, text));
  } catch (const FunctionError& error) {
    return error.what();
  }
}

std::string Duration(std::string_view text) {
  try {
    return std::to_string(ParseDuration(text));
  } catch (const FunctionError& error) {
    return error.what();
  }
}

TEST(ParseTimeTest, ReadsWhatFormatWrites) {
  const struct {
    const char *layout, *text, *time;
  } kCases[] = {
      {"2006-01-02 15:04:05", "2020-02-29 23:59:59", "2020-02-29 23:59:59 +0000 UTC"},
      {"2006", "2020", "2020-01-01 00:00:00 +0000 UTC"},
      {"15:04", "10:11", "0000-01-01 10:11:00 +0000 UTC"},
      {"2006-01-02T15:04:05Z07:00", "2018-01-19T00:06:17Z", "2018-01-19 00:06:17 +0000 UTC"},
      {"2006-01-02T15:04:05Z07:00", "2018-01-19T00:06:17.25-08:00",
       "2018-01-19 00:06:17.25 -0800 -0800"},
      {"2006-01-02T15:04:05Z07:00", "2018-01-19T00:06:17+00:00", "2018-01-19 00:06:17 +0000 UTC"},
      {"Mon Jan _2 15:04:05 2006", "thu feb  4 21:00:57 2010", "2010-02-04 21:00:57 +0000 UTC"},
      {"Monday, 02-Jan-06 15:04:05 MST", "Thursday, 04-Feb-10 21:00:57 PST",
       "2010-02-04 21:00:57 +0000 PST"},
      {"02 Jan 06 15:04 -0700", "04 Feb 69 21:00 +0130", "1969-02-04 21:00:00 +0130 +0130"},
      {"15:04 MST", "10:00 GMT+3", "0000-01-01 13:00:00 +0300 GMT+3"},
      {"15:04 MST", "10:00 UTC", "0000-01-01 10:00:00 +0000 UTC"},
      {"-0700 MST", "+0100 CET", "0000-01-01 00:00:00 +0100 CET"},
      {"3:04PM", "12:30AM", "0000-01-01 00:30:00 +0000 UTC"},
      {"3:04pm", "1:30pm", "0000-01-01 13:30:00 +0000 UTC"},
      {"2006-002", "2020-366", "2020-12-31 00:00:00 +0000 UTC"},
      {"2006 __2", "2019   1", "2019-01-01 00:00:00 +0000 UTC"},
      {"05.000", "07.123", "0000-01-01 00:00:07.123 +0000 UTC"},
      {"05", "07,1234567890123", "0000-01-01 00:00:07.123456789 +0000 UTC"},
      {"05.999", "07", "0000-01-01 00:00:07 +0000 UTC"},
      {"2006   01", "2020 02", "2020-02-01 00:00:00 +0000 UTC"},
      {"-07:00:00", "-01:02:03", "0000-01-01 00:00:00 -0102 -0102"},
      {"MST", "WITA", "0000-01-01 00:00:00 +0000 WITA"},
      {"MST", "+03", "0000-01-01 00:00:00 +0000 +03"},
  };
  for (const auto& one : kCases) EXPECT_EQ(Parsed(one.layout, one.text), one.time) << one.text;
}

TEST(ParseTimeTest, SaysAsGoWhatIsWrong) {
  const struct {
    const char *layout, *text, *error;
  } kCases[] = {
      {"2006-01-02", "bad", R"("bad" as "2006-01-02": cannot parse "bad" as "2006")"},
      {"2006-01-02", "2020", R"("2020" as "2006-01-02": cannot parse "" as "-")"},
      {"2006-01-02", "2020-13-01", R"("2020-13-01": month out of range)"},
      {"2006-01-02", "2021-02-30", R"("2021-02-30": day out of range)"},
      {"2006-01-02", "2020-01-02x", R"("2020-01-02x": extra text: "x")"},
      {"15:04:05", "24:00:00", R"("24:00:00": hour out of range)"},
      {"15:04:05", "23:60:00", R"("23:60:00": minute out of range)"},
      {"15:04:05", "23:59:60", R"("23:59:60": second out of range)"},
      {"Jan", "Foo", R"("Foo" as "Jan": cannot parse "Foo" as "Jan")"},
      {"PM", "XM", R"("XM" as "PM": cannot parse "XM" as "PM")"},
      {"01", "1", R"("1" as "01": cannot parse "1" as "01")"},
      {"06", "1", R"("1" as "06": cannot parse "1" as "06")"},
      {"2006-002", "2019-366", R"("2019-366": day-of-year out of range)"},
      {"2006-01-002", "2019-02-001", R"("2019-02-001": day-of-year does not match month)"},
      {"2006-02-002", "2019-02-001", R"("2019-02-001": day-of-year does not match day)"},
      {"Z07:00", "+25:00", R"("+25:00": time zone offset hour out of range)"},
      {"-0700", "*0100", R"("*0100" as "-0700": cannot parse "*0100" as "-0700")"},
      {"-07:00", "+0100", R"("+0100" as "-07:00": cannot parse "+0100" as "-07:00")"},
      {"MST", "AB", R"("AB" as "MST": cannot parse "AB" as "MST")"},
      {"05.00", "07.1", R"("07.1" as "05.00": cannot parse ".1" as ".00")"},
      {"2006", "\xc3\xa9\"\n",
       R"("\xc3\xa9\"\x0a" as "2006": cannot parse "\xc3\xa9\"\x0a" as "2006")"},
  };
  for (const auto& one : kCases) {
    EXPECT_EQ(Parsed(one.layout, one.text), std::string("parsing time ") + one.error) << one.text;
  }
}

TEST(ParseDurationTest, AddsTerms) {
  const struct {
    const char *text, *nanoseconds;
  } kCases[] = {{"0", "0"},
                {"5s", "5000000000"},
                {"-1.5h", "-5400000000000"},
                {"+1m30.5s", "90500000000"},
                {"1us", "1000"},
                {"1\u00b5s", "1000"},
                {"1\u03bcs1ns", "1001"},
                {".5ms", "500000"},
                {"1.s", "1000000000"},
                {"0.3333333333333333333h", "1200000000000"},
                {"0.100000000000000000000h", "360000000000"},
                {"-9223372036854775808ns", "-9223372036854775808"},
                {"9223372036854775807ns", "9223372036854775807"}};
  for (const auto& one : kCases) EXPECT_EQ(Duration(one.text), one.nanoseconds) << one.text;
}

TEST(ParseDurationTest, SaysAsGoWhatIsWrong) {
  const struct {
    const char *text, *error;
  } kCases[] = {{"", "invalid duration \"\""},
                {"bad", "invalid duration \"bad\""},
                {"-", "invalid duration \"-\""},
                {".s", "invalid duration \".s\""},
                {"3", "missing unit in duration \"3\""},
                {"1d", "unknown unit \"d\" in duration \"1d\""},
                {"9223372036854775808ns", "invalid duration \"9223372036854775808ns\""},
                {"3000000h", "invalid duration \"3000000h\""},
                {"99999999999999999999s", "invalid duration \"99999999999999999999s\""}};
  for (const auto& one : kCases) {
    EXPECT_EQ(Duration(one.text), std::string("time: ") + one.error) << one.text;
  }
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
