#include "lib/yaml/number.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace sidecar::yaml {
namespace {

struct FloatCase {
  double value;
  std::string_view json;
  std::string_view shortest;
  std::string_view shortest32;
};

class FloatTest : public testing::TestWithParam<FloatCase> {};

TEST_P(FloatTest, IsSpelledAsGoDoes) {
  std::string json;
  std::string shortest;
  std::string shortest32;
  AppendJsonFloat(GetParam().value, json);
  AppendShortestFloat(GetParam().value, shortest);
  AppendShortestFloat32(GetParam().value, shortest32);
  EXPECT_EQ(json, GetParam().json);
  EXPECT_EQ(shortest, GetParam().shortest);
  EXPECT_EQ(shortest32, GetParam().shortest32);
}

INSTANTIATE_TEST_SUITE_P(
    Values, FloatTest,
    testing::Values(FloatCase{0, "0", "0", "0"}, FloatCase{-0.0, "-0", "-0", "-0"},
                    FloatCase{1.5, "1.5", "1.5", "1.5"}, FloatCase{0.1, "0.1", "0.1", "0.1"},
                    FloatCase{100000, "100000", "100000", "100000"},
                    FloatCase{1e6, "1000000", "1e+06", "1e+06"},
                    FloatCase{123456789, "123456789", "1.23456789e+08", "1.2345679e+08"},
                    FloatCase{0.0001, "0.0001", "0.0001", "0.0001"},
                    FloatCase{0.00001, "0.00001", "1e-05", "1e-05"},
                    FloatCase{0.000001, "0.000001", "1e-06", "1e-06"},
                    FloatCase{1e-7, "1e-7", "1e-07", "1e-07"},
                    FloatCase{1e20, "100000000000000000000", "1e+20", "1e+20"},
                    FloatCase{1e21, "1e+21", "1e+21", "1e+21"},
                    FloatCase{-1.25e-300, "-1.25e-300", "-1.25e-300", "-0"},
                    FloatCase{5e-324, "5e-324", "5e-324", "0"},
                    FloatCase{1.7976931348623157e308, "1.7976931348623157e+308",
                              "1.7976931348623157e+308", "+Inf"},
                    FloatCase{-INFINITY, "-Inf", "-Inf", "-Inf"},
                    FloatCase{18446744073709551616.0, "18446744073709552000",
                              "1.8446744073709552e+19", "1.8446744e+19"}));

struct ReadCase {
  std::string_view text;
  FloatRead expected;
  double value;
};

class ReadDecimalFloatTest : public testing::TestWithParam<ReadCase> {};

TEST_P(ReadDecimalFloatTest, ReadsAsParseFloat) {
  double value = 0;
  EXPECT_EQ(ReadDecimalFloat(GetParam().text, value), GetParam().expected);
  if (GetParam().expected == FloatRead::kOk) {
    EXPECT_EQ(value, GetParam().value);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Texts, ReadDecimalFloatTest,
    testing::Values(ReadCase{"1", FloatRead::kOk, 1}, ReadCase{"+1.5", FloatRead::kOk, 1.5},
                    ReadCase{"-.5", FloatRead::kOk, -0.5}, ReadCase{"5.", FloatRead::kOk, 5},
                    ReadCase{"1e-400", FloatRead::kOk, 0}, ReadCase{"0e999", FloatRead::kOk, 0},
                    ReadCase{"1e400", FloatRead::kOverflow, 0},
                    ReadCase{"1e99999999999999999999", FloatRead::kOverflow, 0},
                    ReadCase{"0.000001e400", FloatRead::kOverflow, 0},
                    ReadCase{"1e-99999999999999999999", FloatRead::kOk, 0},
                    ReadCase{"", FloatRead::kSyntax, 0}, ReadCase{".", FloatRead::kSyntax, 0},
                    ReadCase{"1e", FloatRead::kSyntax, 0}, ReadCase{"1e+", FloatRead::kSyntax, 0},
                    ReadCase{"+-1", FloatRead::kSyntax, 0}, ReadCase{"1x", FloatRead::kSyntax, 0},
                    ReadCase{"inf", FloatRead::kSyntax, 0},
                    ReadCase{"0x1", FloatRead::kSyntax, 0}));

TEST(NumberTest, IntegersAreWrittenInFull) {
  std::string out;
  AppendInt(std::numeric_limits<std::int64_t>::min(), out);
  AppendUint(std::numeric_limits<std::uint64_t>::max(), out);
  EXPECT_EQ(out, "-922337203685477580818446744073709551615");
}

}  // namespace
}  // namespace sidecar::yaml
