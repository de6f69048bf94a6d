#include "lib/gotemplate/funcs/time_layout.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace sidecar::gotemplate::funcs {
namespace {

// The texts of all fields of a layout, each in brackets, between what is no field.
std::string Marked(std::string_view layout) {
  std::string marked;
  for (;;) {
    const TimeLayoutPart part = NextTimeField(layout);
    marked += part.prefix;
    if (part.field == TimeField::kNone) return marked;
    marked += "[" + std::string(part.text) + "]";
    layout = part.suffix;
  }
}

TEST(NextTimeFieldTest, FindsTheFields) {
  EXPECT_EQ(Marked("2006-01-02T15:04:05.000Z07:00"),
            "[2006]-[01]-[02]T[15]:[04]:[05][.000][Z07:00]");
  EXPECT_EQ(Marked("Mon Jan _2 3:4:5PM 06 MST"), "[Mon] [Jan] [_2] [3]:[4]:[5][PM] [06] [MST]");
  EXPECT_EQ(Marked("Monday January 002 __2 1/2 03pm"),
            "[Monday] [January] [002] [__2] [1]/[2] [03][pm]");
  EXPECT_EQ(Marked("-070000 -07:00:00 -0700 -07:00 -07"),
            "[-070000] [-07:00:00] [-0700] [-07:00] [-07]");
  EXPECT_EQ(Marked("Z070000 Z07:00:00 Z0700 Z07:00 Z07 Z"),
            "[Z070000] [Z07:00:00] [Z0700] [Z07:00] [Z07] Z");
}

TEST(NextTimeFieldTest, LeavesWhatOnlyLooksLikeAField) {
  EXPECT_EQ(Marked("Month Janet"), "Month Janet");
  EXPECT_EQ(Marked("_2006"), "_[2006]");
  EXPECT_EQ(Marked(".0009 ,99 .x"), ".0009 [,99] .x");
  EXPECT_EQ(Marked(""), "");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
