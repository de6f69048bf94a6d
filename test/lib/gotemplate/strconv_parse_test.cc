#include <cmath>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

#include "lib/gotemplate/strconv.h"

namespace sidecar::gotemplate {
namespace {

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr double kInf = std::numeric_limits<double>::infinity();

TEST(StrconvParseTest, IntegersOfEveryBase) {
  const struct {
    const char* text;
    int base;
    std::int64_t value;
    NumberError error = NumberError::kNone;
  } cases[] = {
      {"", 10, 0, NumberError::kSyntax},
      {"0", 0, 0},
      {"-0", 10, 0},
      {"+12", 10, 12},
      {"-12345", 10, -12345},
      {"012345", 10, 12345},
      {"012345", 0, 012345},
      {"9223372036854775807", 10, kMax},
      {"9223372036854775808", 10, kMax, NumberError::kRange},
      {"-9223372036854775808", 10, kMin},
      {"-9223372036854775809", 10, kMin, NumberError::kRange},
      {"-0x8000000000000000", 0, kMin},
      {"99999999999999999999", 10, kMax, NumberError::kRange},
      {"0x1F", 0, 31},
      {"0X1f", 0, 31},
      {"0b101", 0, 5},
      {"0o17", 0, 15},
      {"0x", 0, 0, NumberError::kSyntax},
      {"0xabcdefg", 0, 0, NumberError::kSyntax},
      {"1_2_3", 0, 123},
      {"1_2_3", 10, 0, NumberError::kSyntax},
      {"_12", 0, 0, NumberError::kSyntax},
      {"1__2", 0, 0, NumberError::kSyntax},
      {"12_", 0, 0, NumberError::kSyntax},
      {"0x_1_2", 0, 0x12},
      {"0_12", 0, 012},
      {"08", 0, 0, NumberError::kSyntax},
      {"12a", 10, 0, NumberError::kSyntax},
      {" 1", 10, 0, NumberError::kSyntax},
      {"+", 10, 0, NumberError::kSyntax},
      {"--1", 10, 0, NumberError::kSyntax},
      {"z", 36, 35},
      {"g", 16, 0, NumberError::kSyntax},
      {"1", 1, 0, NumberError::kBase},
      {"1", 37, 0, NumberError::kBase},
  };
  for (const auto& c : cases) {
    const auto parsed = ParseInt(c.text, c.base, 64);
    EXPECT_EQ(parsed.value, c.value) << c.text << " base " << c.base;
    EXPECT_EQ(parsed.error, c.error) << c.text << " base " << c.base;
  }
}

TEST(StrconvParseTest, IntegersOfEverySize) {
  EXPECT_EQ(ParseInt("127", 10, 8).value, 127);
  EXPECT_EQ(ParseInt("128", 10, 8).value, 127);
  EXPECT_EQ(ParseInt("128", 10, 8).error, NumberError::kRange);
  EXPECT_EQ(ParseInt("-129", 10, 8).value, -128);
  EXPECT_EQ(ParseInt("5", 10, 1).error, NumberError::kRange);
  EXPECT_EQ(ParseInt("5", 10, 65).error, NumberError::kBitSize);
  EXPECT_EQ(ParseUint("18446744073709551615", 10, 64).value, ~std::uint64_t{0});
  EXPECT_EQ(ParseUint("18446744073709551616", 10, 64).error, NumberError::kRange);
  EXPECT_EQ(ParseUint("256", 10, 8).value, 255U);
  EXPECT_EQ(ParseUint("-1", 10, 64).error, NumberError::kSyntax);
  EXPECT_EQ(Atoi("-17").value, -17);
}

TEST(StrconvParseTest, DecimalFloats) {
  const struct {
    const char* text;
    double value;
    NumberError error = NumberError::kNone;
  } cases[] = {
      {"1", 1},
      {"+1", 1},
      {"-.5e1", -5},
      {"5.", 5},
      {"5.e-1", 0.5},
      {"1e23", 1e23},
      {"1E+2", 100},
      {"100000000000000016777215", 1.0000000000000001e23},
      {"625e-3", 0.625},
      {"1.7976931348623157e308", 1.7976931348623157e308},
      {"1.7976931348623159e308", kInf, NumberError::kRange},
      {"-1e309", -kInf, NumberError::kRange},
      {"1e400000", kInf, NumberError::kRange},
      {"1e-400000", 0},
      {"4.9e-324", 4.9e-324},
      {"2e-324", 0},
      {"2.2250738585072012e-308", 2.2250738585072014e-308},
      {"1_23.50_0_0e+1_2", 1.235e+14},
      {"-_123.5e+12", 0, NumberError::kSyntax},
      {"123.5e_12", 0, NumberError::kSyntax},
      {"inf", kInf},
      {"-Inf", -kInf},
      {"+INFINITY", kInf},
      {"+nan", 0, NumberError::kSyntax},
      {"infinit", 0, NumberError::kSyntax},
      {"", 0, NumberError::kSyntax},
      {".", 0, NumberError::kSyntax},
      {"1e", 0, NumberError::kSyntax},
      {"1x", 0, NumberError::kSyntax},
      {"1.1.", 0, NumberError::kSyntax},
      {"e1", 0, NumberError::kSyntax},
      {"1 ", 0, NumberError::kSyntax},
  };
  for (const auto& c : cases) {
    const auto parsed = ParseFloat(c.text, 64);
    EXPECT_EQ(parsed.value, c.value) << c.text;
    EXPECT_EQ(parsed.error, c.error) << c.text;
  }
  EXPECT_TRUE(std::isnan(ParseFloat("NaN", 64).value));
  EXPECT_TRUE(std::signbit(ParseFloat("-0", 64).value));
  EXPECT_EQ(ParseFloat(std::string(400, '0') + "1e-3", 64).value, 0.001);
  EXPECT_EQ(ParseFloat("1" + std::string(400, '0') + "e-400", 64).value, 1.0);
}

TEST(StrconvParseTest, HexadecimalFloats) {
  const struct {
    const char* text;
    double value;
    NumberError error = NumberError::kNone;
  } cases[] = {
      {"0x1p0", 1},
      {"-0x2.p3", -16},
      {"0x0.fp4", 15},
      {"0x1fFe2.p0", 0x1ffe2},
      {"0x_1_2.3_4_5p+1_2", 0x12.345p+12},
      {"0x1.fffffffffffffp1023", 1.7976931348623157e308},
      {"0x1.fffffffffffff8p1023", kInf, NumberError::kRange},
      {"0x1p1024", kInf, NumberError::kRange},
      {"0x1p-1074", 4.9e-324},
      {"0x1p-1075", 0},
      {"0x1.8p-1075", 4.9e-324},
      {"0x1.00000000000008p0", 1},
      {"0x1.000000000000081p0", 1.0000000000000002},
      {"0x1.00000000000018p0", 1.0000000000000004},
      {"0x0p99999", 0},
      {"0x1", 0, NumberError::kSyntax},
      {"0x1e2", 0, NumberError::kSyntax},
      {"0xp1", 0, NumberError::kSyntax},
      {"1p2", 0, NumberError::kSyntax},
  };
  for (const auto& c : cases) {
    const auto parsed = ParseFloat(c.text, 64);
    EXPECT_EQ(parsed.value, c.value) << c.text;
    EXPECT_EQ(parsed.error, c.error) << c.text;
  }
}

TEST(StrconvParseTest, FloatsOf32BitsAreRoundedOnce) {
  EXPECT_EQ(ParseFloat("16777217", 32).value, 16777216.0);
  EXPECT_EQ(ParseFloat("0.1", 32).value, static_cast<double>(0.1F));
  EXPECT_EQ(ParseFloat("1e39", 32).error, NumberError::kRange);
  EXPECT_EQ(ParseFloat("3.4028236e38", 32).error, NumberError::kRange);
  EXPECT_EQ(ParseFloat("0x1.ffffffp127", 32).error, NumberError::kRange);
  EXPECT_EQ(ParseFloat("0x1p-149", 32).value, std::ldexp(1.0, -149));
}

TEST(StrconvParseTest, Booleans) {
  for (const char* const text : {"1", "t", "T", "TRUE", "true", "True"}) {
    EXPECT_TRUE(ParseBool(text).value) << text;
  }
  for (const char* const text : {"0", "f", "F", "FALSE", "false", "False"}) {
    EXPECT_TRUE(ParseBool(text).ok()) << text;
    EXPECT_FALSE(ParseBool(text).value) << text;
  }
  EXPECT_FALSE(ParseBool("yes").ok());
  EXPECT_FALSE(ParseBool("tRUE").ok());
}

TEST(StrconvParseTest, ErrorsReadAsGoPrintsThem) {
  EXPECT_EQ(NumberErrorText("Atoi", "x\n", NumberError::kSyntax),
            R"(strconv.Atoi: parsing "x\n": invalid syntax)");
  EXPECT_EQ(NumberErrorText("ParseInt", "9e9", NumberError::kRange),
            R"(strconv.ParseInt: parsing "9e9": value out of range)");
  EXPECT_EQ(NumberErrorText("ParseInt", "1", NumberError::kBase, 37),
            R"(strconv.ParseInt: parsing "1": invalid base 37)");
  EXPECT_EQ(NumberErrorText("ParseUint", "1", NumberError::kBitSize, 65),
            R"(strconv.ParseUint: parsing "1": invalid bit size 65)");
}

}  // namespace
}  // namespace sidecar::gotemplate
