#include "lib/kubetypes/quantity.h"

#include <gtest/gtest.h>

namespace sidecar::kubetypes {
namespace {

TEST(Quantity, IsWrittenInCanonicalForm) {
  // Texts and answers of resource.Quantity.
  for (const auto& [text, canonical] : {std::pair{"1000m", "1"},
                                        {"1024Mi", "1Gi"},
                                        {"1e6", "1e6"},
                                        {"1000000", "1M"},
                                        {"0.1", "100m"},
                                        {"500m", "500m"},
                                        {"128Mi", "128Mi"},
                                        {"1.5Gi", "1536Mi"},
                                        {"1.5", "1500m"},
                                        {"0", "0"},
                                        {"0m", "0"},
                                        {"-5", "-5"},
                                        {"-1000m", "-1"},
                                        {"+5", "+5"},
                                        {".5", "500m"},
                                        {"5.", "5."},
                                        {"100Ki", "100Ki"},
                                        {"1023", "1023"},
                                        {"512Ki", "512Ki"},
                                        {"0.5Ki", "512"},
                                        {"1Ki", "1Ki"},
                                        {"0.1Ki", "102400m"},
                                        {"0.9n", "1n"},
                                        {"0.0000000001", "1n"},
                                        {"1.0000000001", "1000000001n"},
                                        {"12345678901234567890", "12345678901234567890"},
                                        {"100000000000000000000", "100E"},
                                        {"1E", "1E"},
                                        {"1000E", "1e21"},
                                        {"8Ei", "9223372036854775807"},
                                        {"16Ei", "9223372036854775807"},
                                        {"7Ei", "7Ei"},
                                        {"1e3", "1e3"},
                                        {"10e3", "10e3"},
                                        {"1e2", "100"},
                                        {"1e-3", "1e-3"},
                                        {"0.05Mi", "52428800m"},
                                        {"2048", "2048"}}) {
    const auto quantity = ParseQuantity(text);
    ASSERT_TRUE(quantity.has_value()) << text;
    EXPECT_EQ(quantity->String(), canonical) << text;
  }
}

TEST(Quantity, RefusesWhatIsNone) {
  constexpr const char* kFormat =
      "quantities must match the regular expression "
      "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  constexpr const char* kSuffix = "unable to parse quantity's suffix";
  for (const auto& [text, message] : {std::pair{"", kFormat},
                                      {"1 Gi", kFormat},
                                      {"a", kFormat},
                                      {"{", kFormat},
                                      {"1.2.3", kFormat},
                                      {"1X", kFormat},
                                      {"1ki", kSuffix},
                                      {"1MM", kSuffix},
                                      {"1e", kSuffix},
                                      {"1i", kSuffix}}) {
    EXPECT_EQ(ParseQuantity(text).error().message, message) << text;
  }
}

TEST(Quantity, ScalesRoundingAwayFromZero) {
  EXPECT_EQ(ParseQuantity("1500m")->ScaledValue(0), 2);
  EXPECT_EQ(ParseQuantity("-1500m")->ScaledValue(0), -2);
  EXPECT_EQ(ParseQuantity("1500m")->ScaledValue(-3), 1500);
  EXPECT_EQ(ParseQuantity("128Mi")->ScaledValue(0), 134217728);
  EXPECT_EQ(ParseQuantity("1n")->ScaledValue(-3), 1);
  EXPECT_EQ(ParseQuantity("1e400")->ScaledValue(0), INT64_MAX);
}

TEST(Quantity, ComparesByAmountNotByText) {
  const auto compare = [](const char* one, const char* other) {
    return Compare(ParseQuantity(one).value(), ParseQuantity(other).value());
  };
  EXPECT_EQ(compare("1", "1000m"), 0);
  EXPECT_EQ(compare("1Ki", "1k"), 1);
  EXPECT_EQ(compare("-1", "1m"), -1);
  EXPECT_EQ(compare("-2", "-1"), -1);
  EXPECT_EQ(compare("1e999999999", "1e999999998"), 1);
  EXPECT_EQ(compare("0", "0Mi"), 0);
}

TEST(Quantity, TakesHugeExponentsAndLongNumbersInBoundedTime) {
  EXPECT_EQ(ParseQuantity("1e999999999")->String(), "1e999999999");
  const std::string digits(100000, '9');
  EXPECT_EQ(ParseQuantity(digits)->String(), digits);
  EXPECT_EQ(ParseQuantity(digits + "Gi")->String(), "9223372036854775807");
}

}  // namespace
}  // namespace sidecar::kubetypes
