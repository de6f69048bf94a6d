#include "lib/gotemplate/funcs/decimal.h"

#include <limits>

#include <gtest/gtest.h>

#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate::funcs {
namespace {

TEST(DecimalTest, AddsWithoutBinaryFractions) {
  EXPECT_EQ(Decimal(0.1).Add(Decimal(0.2)).ToFloat(), 0.3);
  EXPECT_EQ(Decimal(0.3).Subtract(Decimal(0.1)).ToFloat(), 0.2);
  EXPECT_EQ(Decimal(1.1).Multiply(Decimal(1.1)).ToFloat(), 1.21);
}

TEST(DecimalTest, DividesToSixteenPlaces) {
  EXPECT_EQ(Decimal(10).Divide(Decimal(4)).ToFloat(), 2.5);
  EXPECT_EQ(Decimal(2).Divide(Decimal(3)).ToFloat(), 0.6666666666666667);
  EXPECT_EQ(Decimal(-2).Divide(Decimal(3)).ToFloat(), -0.6666666666666667);
  EXPECT_EQ(Decimal(1).Divide(Decimal(1e17)).ToFloat(), 0);
  EXPECT_EQ(Decimal(1e20).Divide(Decimal(1e-20)).ToFloat(), 1e40);
}

TEST(DecimalTest, TakesAnyFiniteFloat) {
  for (const double value :
       {0.0, 5e-324, 1.7976931348623157e308, -123.456, 1e21, 4503599627370497.5}) {
    EXPECT_EQ(Decimal(value).ToFloat(), value);
  }
  EXPECT_EQ(Decimal(1e308).Multiply(Decimal(10)).ToFloat(),
            std::numeric_limits<double>::infinity());
  EXPECT_EQ(Decimal(-1e308).Multiply(Decimal(10)).ToFloat(),
            -std::numeric_limits<double>::infinity());
  EXPECT_EQ(Decimal(1e-300).Multiply(Decimal(1e-300)).ToFloat(), 0);
}

TEST(DecimalTest, RefusesWhatIsNoNumber) {
  EXPECT_THROW(Decimal(std::numeric_limits<double>::infinity()), FunctionError);
  EXPECT_THROW(Decimal(std::numeric_limits<double>::quiet_NaN()), FunctionError);
  EXPECT_THROW(Decimal(1).Divide(Decimal(0.0)), FunctionError);
}

TEST(DecimalTest, DoesNotGrowForever) {
  Decimal product(1.2345678901234567e-300);
  EXPECT_THROW(
      {
        for (int i = 0; i < 10'000; ++i) product = product.Multiply(product);
      },
      FunctionError);
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
