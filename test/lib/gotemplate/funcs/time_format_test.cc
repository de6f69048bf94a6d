#include <gtest/gtest.h>

#include "lib/gotemplate/funcs/go_time.h"

namespace sidecar::gotemplate::funcs {
namespace {

constexpr Time kMoment = {.unix_seconds = 1257894000,
                          .nanoseconds = 12'345'600};  // 2009-11-10 23:00

Time In(const char* zone) {
  Time time = kMoment;
  time.zone = *LoadZone(zone);
  return time;
}

TEST(TimeFormatTest, WritesGosNamedLayouts) {
  const struct {
    const char *layout, *text;
  } kCases[] = {
      {"Mon Jan _2 15:04:05 2006", "Tue Nov 10 23:00:00 2009"},
      {"Mon Jan _2 15:04:05 MST 2006", "Tue Nov 10 23:00:00 UTC 2009"},
      {"Mon Jan 02 15:04:05 -0700 2006", "Tue Nov 10 23:00:00 +0000 2009"},
      {"02 Jan 06 15:04 MST", "10 Nov 09 23:00 UTC"},
      {"Monday, 02-Jan-06 15:04:05 MST", "Tuesday, 10-Nov-09 23:00:00 UTC"},
      {"2006-01-02T15:04:05Z07:00", "2009-11-10T23:00:00Z"},
      {"2006-01-02T15:04:05.999999999Z07:00", "2009-11-10T23:00:00.0123456Z"},
      {"3:04PM", "11:00PM"},
      {"Jan _2 15:04:05.000000", "Nov 10 23:00:00.012345"},
      {"3 03 15 4 04 5 05 pm", "11 11 23 0 00 0 00 pm"},
      {"002 __2 January 1 01", "314 314 November 11 11"},
      {".0 .00 .000000000000 .9 .99 .999999999", ".0 .01 .012345600  .01 .0123456"},
      {",000 x", ",012 x"},
      {"", ""},
  };
  for (const auto& one : kCases) EXPECT_EQ(Format(kMoment, one.layout), one.text) << one.layout;
}

TEST(TimeFormatTest, WritesOffsets) {
  EXPECT_EQ(Format(In("Asia/Kolkata"), "-07 -0700 -07:00 -070000 -07:00:00 Z07:00 MST"),
            "+05 +0530 +05:30 +053000 +05:30:00 +05:30 IST");
  EXPECT_EQ(Format(In("America/New_York"), "15:04 -0700 Z07"), "18:00 -0500 -05");
  Time odd = kMoment;
  odd.zone = {.is_fixed = true, .fixed_name = "", .fixed_offset = -12345};
  EXPECT_EQ(Format(odd, "-07:00:00 MST Z070000"), "-03:25:45 -0325 -032545");
  EXPECT_EQ(FormatTime(odd), "2009-11-10 19:34:15.0123456 -0325 -0325");
}

TEST(TimeFormatTest, PadsYearsAndDays) {
  EXPECT_EQ(Format(MakeDate({5, 1, 2}, {}), "2006 06 _2 __2 002"), "0005 05  2   2 002");
  EXPECT_EQ(Format(MakeDate({-5, 1, 2}, {}), "2006 06"), "-0005 00");
  EXPECT_EQ(Format(MakeDate({12345, 1, 2}, {}), "2006 06"), "12345 45");
  EXPECT_EQ(Format(MakeDate({2000, 1, 1, 0, 30}, {}), "3:04PM 15"), "12:30AM 00");
  EXPECT_EQ(FormatTime(Time()), "0001-01-01 00:00:00 +0000 UTC");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
