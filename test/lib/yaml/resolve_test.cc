#include "lib/yaml/resolve.h"

#include <gtest/gtest.h>

#include "lib/yaml/go_syntax.h"

namespace sidecar::yaml {
namespace {

std::string Shown(Tag tag, std::string_view text) {
  ResolvedScalar resolved;
  if (!Resolve(tag, text, resolved)) return "not " + std::string(ShortTag(resolved.tag));
  return GoSyntax(resolved.value);
}

struct ResolveCase {
  std::string_view text;
  std::string_view expected;
};

class ResolveTest : public testing::TestWithParam<ResolveCase> {};

TEST_P(ResolveTest, PlainScalarsMeanWhatYamlV2Says) {
  EXPECT_EQ(Shown(Tag::kNone, GetParam().text), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(Words, ResolveTest,
                         testing::Values(ResolveCase{"", "<nil>"}, ResolveCase{"~", "<nil>"},
                                         ResolveCase{"Null", "<nil>"},
                                         ResolveCase{"nUll", "\"nUll\""}, ResolveCase{"y", "true"},
                                         ResolveCase{"N", "false"}, ResolveCase{"Yes", "true"},
                                         ResolveCase{"yEs", "\"yEs\""}, ResolveCase{"OFF", "false"},
                                         ResolveCase{"oN", "\"oN\""}, ResolveCase{"TRUE", "true"},
                                         ResolveCase{"false", "false"}, ResolveCase{"<<", "\"<<\""},
                                         ResolveCase{"nothing", "\"nothing\""}));

INSTANTIATE_TEST_SUITE_P(
    Numbers, ResolveTest,
    testing::Values(
        ResolveCase{"0", "0"}, ResolveCase{"+5", "5"}, ResolveCase{"-0", "0"},
        ResolveCase{"1_000", "1000"}, ResolveCase{"010", "8"}, ResolveCase{"0o10", "8"},
        ResolveCase{"08", "8"}, ResolveCase{"-010", "-8"}, ResolveCase{"0x1F", "31"},
        ResolveCase{"0x", "\"0x\""}, ResolveCase{"0b101", "5"}, ResolveCase{"-0b11", "-3"},
        ResolveCase{"0b-1", "-1"}, ResolveCase{"0b2", "\"0b2\""},
        ResolveCase{"18446744073709551615", "0xffffffffffffffff"},
        ResolveCase{"+9223372036854775808", "9.223372036854776e+18"},
        ResolveCase{"-9223372036854775808", "-9223372036854775808"}, ResolveCase{"1e3", "1000"},
        ResolveCase{"1e6", "1e+06"}, ResolveCase{".5", "0.5"}, ResolveCase{".5_0", "0.5"},
        ResolveCase{"._5", "\"._5\""}, ResolveCase{".", "\".\""}, ResolveCase{"5.", "5"},
        ResolveCase{"1e400", "\"1e400\""}, ResolveCase{"-.inf", "-Inf"},
        ResolveCase{"+.INF", "+Inf"}, ResolveCase{".nan", "NaN"}, ResolveCase{"1:30", "\"1:30\""},
        ResolveCase{"2018-01-01", "\"2018-01-01\""}, ResolveCase{"-", "\"-\""},
        ResolveCase{"+", "\"+\""}, ResolveCase{"_1", "\"_1\""}));

TEST(ResolveTagTest, AnExplicitTagDemandsItsKind) {
  EXPECT_EQ(Shown(Tag::kStr, "1"), "\"1\"");
  EXPECT_EQ(Shown(Tag::kInt, "12"), "12");
  EXPECT_EQ(Shown(Tag::kInt, "x"), "not !!str");
  EXPECT_EQ(Shown(Tag::kInt, "3.0"), "not !!float");
  EXPECT_EQ(Shown(Tag::kFloat, "3"), "3");
  EXPECT_EQ(Shown(Tag::kFloat, "18446744073709551615"), "not !!int");
  EXPECT_EQ(Shown(Tag::kBool, "1"), "not !!int");
  EXPECT_EQ(Shown(Tag::kNull, ""), "<nil>");
  EXPECT_EQ(Shown(Tag::kTimestamp, "2018-01-01"), "\"2018-01-01\"");
  EXPECT_EQ(Shown(Tag::kTimestamp, "x"), "not !!str");
  EXPECT_EQ(Shown(Tag::kOther, "1"), "\"1\"");
}

TEST(ResolveTagTest, TagsAreKnownByTheirUri) {
  EXPECT_EQ(TagFromUri("tag:yaml.org,2002:int"), Tag::kInt);
  EXPECT_EQ(TagFromUri("tag:yaml.org,2002:nope"), Tag::kOther);
  EXPECT_EQ(TagFromUri("!"), Tag::kOther);
  EXPECT_EQ(TagFromUri(""), Tag::kNone);
}

TEST(IsPlainStringTest, WhatWouldBeReadAsAnotherKindNeedsQuotes) {
  for (const std::string_view text :
       {"", "1", "yes", "n", "null", "1.5", "0x1f", "12:30", "1:2:3.5", "2018-01-01", ".inf"}) {
    EXPECT_FALSE(IsPlainString(text)) << text;
  }
  for (const std::string_view text : {"a", "<<", "1x", "v1", "12:", "12:x", "nobody", "1:75x"}) {
    EXPECT_TRUE(IsPlainString(text)) << text;
  }
}

}  // namespace
}  // namespace sidecar::yaml
