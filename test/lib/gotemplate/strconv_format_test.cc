#include <cmath>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

#include "lib/gotemplate/strconv.h"

namespace sidecar::gotemplate {
namespace {

TEST(StrconvFormatTest, IntegersInEveryBase) {
  EXPECT_EQ(FormatInt(0), "0");
  EXPECT_EQ(FormatInt(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(FormatInt(std::numeric_limits<std::int64_t>::min(), 2), "-1" + std::string(63, '0'));
  EXPECT_EQ(FormatInt(35, 36), "z");
  EXPECT_EQ(FormatInt(-255, 16), "-ff");
  std::string out = "n=";
  AppendUint(out, ~std::uint64_t{0}, 16);
  EXPECT_EQ(out, "n=ffffffffffffffff");
}

TEST(StrconvFormatTest, FloatsOf64Bits) {
  const double inf = std::numeric_limits<double>::infinity();
  const struct {
    double value;
    char verb;
    int precision;
    const char* text;
  } cases[] = {
      {1, 'e', 5, "1.00000e+00"},
      {1, 'f', 5, "1.00000"},
      {1, 'g', 5, "1"},
      {1, 'g', -1, "1"},
      {1, 'x', -1, "0x1p+00"},
      {1, 'x', 5, "0x1.00000p+00"},
      {20, 'g', -1, "20"},
      {20, 'x', -1, "0x1.4p+04"},
      {1234567.8, 'g', -1, "1.2345678e+06"},
      {200000, 'g', -1, "200000"},
      {200000, 'X', -1, "0X1.86AP+17"},
      {2000000, 'g', -1, "2e+06"},
      {1e10, 'g', -1, "1e+10"},
      {400, 'g', 2, "4e+02"},
      {40, 'g', 2, "40"},
      {4, 'g', 2, "4"},
      {.4, 'g', 2, "0.4"},
      {.04, 'g', 2, "0.04"},
      {.004, 'g', 2, "0.004"},
      {.0004, 'g', 2, "0.0004"},
      {.00004, 'g', 2, "4e-05"},
      {.000004, 'G', 2, "4E-06"},
      {0, 'e', 4, "0.0000e+00"},
      {0, 'f', 4, "0.0000"},
      {0, 'g', 4, "0"},
      {0, 'x', -1, "0x0p+00"},
      {0, 'x', 5, "0x0.00000p+00"},
      {-1, 'e', 5, "-1.00000e+00"},
      {-0.0, 'g', -1, "-0"},
      {12, 'e', 5, "1.20000e+01"},
      {123456700, 'e', 5, "1.23457e+08"},
      {1.2345e6, 'f', 0, "1234500"},
      {1.2345e6, 'e', 0, "1e+06"},
      {1.2345e6, 'e', 3, "1.234e+06"},
      {1.2355e6, 'e', 3, "1.236e+06"},
      {1.2345, 'f', 3, "1.234"},
      {1.2345e6, 'g', 3, "1.23e+06"},
      {1e23, 'e', 17, "9.99999999999999916e+22"},
      {1e23, 'f', 17, "99999999999999991611392.00000000000000000"},
      {1e23, 'g', 17, "9.9999999999999992e+22"},
      {1e23, 'e', -1, "1e+23"},
      {1e23, 'f', -1, "100000000000000000000000"},
      {100, 'x', -1, "0x1.9p+06"},
      {0.5, 'f', 0, "0"},
      {1.5, 'f', 0, "2"},
      {2.5, 'f', 0, "2"},
      {5e-324, 'g', -1, "5e-324"},
      {5e-324, 'x', -1, "0x1p-1074"},
      {1.7976931348623157e308, 'g', -1, "1.7976931348623157e+308"},
      {1.5, 'x', 0, "0x1p+01"},
      {1.75, 'x', 0, "0x1p+01"},
      {1.9999, 'x', 2, "0x1.00p+01"},
      {1.25, 'x', 20, "0x1.40000000000000000000p+00"},
      {1, 'b', -1, "4503599627370496p-52"},
      {5e-324, 'b', -1, "1p-1074"},
      {1e300, 'b', -1, "6724873095247260p+944"},
      {0.000001, 'f', -1, "0.000001"},
      {123.45, 'f', -1, "123.45"},
      {100, 'e', -1, "1e+02"},
      {std::nan(""), 'g', -1, "NaN"},
      {inf, 'g', -1, "+Inf"},
      {-inf, 'f', 3, "-Inf"},
      {1, '!', -1, "%!"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(FormatFloat(c.value, c.verb, c.precision, 64), c.text)
        << c.value << " %" << c.verb << " " << c.precision;
  }
}

TEST(StrconvFormatTest, FloatsOf32Bits) {
  const struct {
    float value;
    char verb;
    int precision;
    const char* text;
  } cases[] = {
      {0.1F, 'g', -1, "0.1"},
      {16777216.0F, 'g', -1, "1.6777216e+07"},
      {3.4028235e38F, 'g', -1, "3.4028235e+38"},
      {1e-45F, 'g', -1, "1e-45"},
      {0.1F, 'g', 10, "0.1000000015"},
      {1.0F, 'b', -1, "8388608p-23"},
      {1.0F, 'x', -1, "0x1p+00"},
      {383260575764816448.0F, 'f', 0, "383260582024839168"},
      {383260575764816448.0F, 'g', -1, "3.8326058e+17"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(FormatFloat(static_cast<double>(c.value), c.verb, c.precision, 32), c.text);
  }
}

TEST(StrconvFormatTest, PrecisionBeyondEveryDigitIsZeros) {
  const std::string fixed = FormatFloat(5e-324, 'f', 5000, 64);
  EXPECT_EQ(fixed.size(), 5002U);
  EXPECT_EQ(fixed.substr(1070, 8), "26562500");
  EXPECT_EQ(fixed.back(), '0');
  const std::string scientific = FormatFloat(1.5, 'e', 5000, 64);
  EXPECT_EQ(scientific.size(), 5006U);
  EXPECT_EQ(scientific.substr(0, 4), "1.50");
  EXPECT_EQ(scientific.substr(4996), "000000e+00");
  EXPECT_EQ(FormatFloat(0.1, 'g', 1000000, 64),
            "0.1000000000000000055511151231257827021181583404541015625");
}

}  // namespace
}  // namespace sidecar::gotemplate
