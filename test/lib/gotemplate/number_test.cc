#include "lib/gotemplate/number.h"

#include <optional>

#include <gtest/gtest.h>

namespace sidecar::gotemplate {
namespace {

struct Value {
  std::optional<std::int64_t> integer;
  std::optional<std::uint64_t> unsigned_integer;
  std::optional<double> real;
  std::optional<std::complex<double>> complex = {};
};

constexpr auto kNone = std::nullopt;

TokenKind KindOf(std::string_view text) {
  if (text.starts_with('\'')) return TokenKind::kCharConstant;
  const bool has_inner_sign = text.find_first_of("+-", 1) != std::string_view::npos &&
                              text.find_first_of("eEpP") == std::string_view::npos;
  return has_inner_sign ? TokenKind::kComplex : TokenKind::kNumber;
}

TEST(Number, IsOfEveryTypeThatHoldsIt) {
  const struct {
    std::string_view text;
    Value value;
  } kCases[] = {
      {"0", {0, 0, 0}},
      {"-0", {0, 0, 0}},
      {"73", {73, 73, 73}},
      {"7_3", {73, 73, 73}},
      {"0b10_010_01", {73, 73, 73}},
      {"0B10_010_01", {73, 73, 73}},
      {"073", {073, 073, 073}},
      {"0o73", {073, 073, 073}},
      {"0O73", {073, 073, 073}},
      {"0x73", {0x73, 0x73, 0x73}},
      {"0X73", {0x73, 0x73, 0x73}},
      {"0x7_3", {0x73, 0x73, 0x73}},
      {"-73", {-73, kNone, -73}},
      {"+73", {73, kNone, 73}},
      {"100", {100, 100, 100}},
      {"1e9", {1000000000, 1000000000, 1e9}},
      {"-1e9", {-1000000000, kNone, -1e9}},
      {"-1.2", {kNone, kNone, -1.2}},
      {"1e19", {kNone, 10000000000000000000U, 1e19}},
      {"1e100", {kNone, kNone, 1e100}},
      {"-1e19", {kNone, kNone, -1e19}},
      {"9223372036854775807", {INT64_MAX, INT64_MAX, 9223372036854775807.0}},
      {"-9223372036854775808", {INT64_MIN, kNone, -9223372036854775808.0}},
      {"9223372036854775808", {kNone, 9223372036854775808U, 9223372036854775808.0}},
      {"18446744073709551615", {kNone, UINT64_MAX, 18446744073709551615.0}},
      {"18446744073709551616.0", {kNone, kNone, 18446744073709551616.0}},
      {"0x1p4", {16, 16, 16}},
      {"0x1.8p0", {kNone, kNone, 1.5}},
      {"1.0", {1, 1, 1}},
      {"-0.0", {0, 0, -0.0}},
      {"4i", {kNone, kNone, kNone, {{0, 4}}}},
      {"-1.2i", {kNone, kNone, kNone, {{0, -1.2}}}},
      {"0i", {0, 0, 0, {{0, 0}}}},
      {"1+2i", {kNone, kNone, kNone, {{1, 2}}}},
      {"-1-.5i", {kNone, kNone, kNone, {{-1, -.5}}}},
      {"73+0i", {73, 73, 73, {{73, 0}}}},
      {"-12+0i", {-12, kNone, -12, {{-12, 0}}}},
      {"0xep2+1i", {kNone, kNone, kNone, {{56, 1}}}},
      {"'a'", {'a', 'a', 'a'}},
      {"'\\n'", {'\n', '\n', '\n'}},
      {"'\\\\'", {'\\', '\\', '\\'}},
      {"'\\''", {'\'', '\'', '\''}},
      {"'\\xFF'", {0xFF, 0xFF, 0xFF}},
      {"'パ'", {0x30d1, 0x30d1, 0x30d1}},
      {"'\\u30d1'", {0x30d1, 0x30d1, 0x30d1}},
      {"'\\U000030d1'", {0x30d1, 0x30d1, 0x30d1}},
  };
  for (const auto& c : kCases) {
    const TokenKind kind = c.text == "0xep2+1i" ? TokenKind::kComplex : KindOf(c.text);
    NumberNode number{{NodeKind::kNumber, 0}};
    const std::string error = ParseNumber({kind, 0, 1, c.text}, number);
    if (!c.value.integer && !c.value.unsigned_integer && !c.value.real && !c.value.complex) {
      EXPECT_NE(error, "") << c.text;
      continue;
    }
    EXPECT_EQ(error, "") << c.text;
    EXPECT_EQ(number.text, c.text);
    EXPECT_EQ(number.is_int, c.value.integer.has_value()) << c.text;
    EXPECT_EQ(number.is_uint, c.value.unsigned_integer.has_value()) << c.text;
    EXPECT_EQ(number.is_float, c.value.real.has_value()) << c.text;
    EXPECT_EQ(number.is_complex, c.value.complex.has_value()) << c.text;
    EXPECT_EQ(number.integer, c.value.integer.value_or(0)) << c.text;
    EXPECT_EQ(number.unsigned_integer, c.value.unsigned_integer.value_or(0)) << c.text;
    EXPECT_EQ(number.real, c.value.real.value_or(0)) << c.text;
    EXPECT_EQ(number.complex, c.value.complex.value_or(0)) << c.text;
  }
}

TEST(Number, SaysWhyItIsNone) {
  const struct {
    std::string_view text;
    std::string_view error;
  } kCases[] = {
      {"+-2", "illegal number syntax: \"+-2\""},
      {"0x123.", "illegal number syntax: \"0x123.\""},
      {"1e.", "illegal number syntax: \"1e.\""},
      {".", "illegal number syntax: \".\""},
      {"1__0", "illegal number syntax: \"1__0\""},
      {"1e400", "illegal number syntax: \"1e400\""},
      {"0b11i", "illegal number syntax: \"0b11i\""},
      {"08", "integer overflow: \"08\""},
      {"18446744073709551616", "integer overflow: \"18446744073709551616\""},
      {"-9223372036854775809", "integer overflow: \"-9223372036854775809\""},
      {"'xx'", "malformed character constant: 'xx'"},
      {"''", "invalid syntax"},
      {"'\\q'", "invalid syntax"},
      {"0x10+2i", "strconv.ParseFloat: parsing \"0x10\": invalid syntax"},
      {"1+i", "syntax error scanning complex number"},
      {"0b1+2i", "syntax error scanning complex number"},
      {"1i+2i", "syntax error scanning complex number"},
  };
  for (const auto& c : kCases) {
    const bool is_complex = c.error.find("complex") != std::string_view::npos ||
                            c.error.find("strconv") != std::string_view::npos;
    const TokenKind kind = c.text[0] == '\''
                               ? TokenKind::kCharConstant
                               : (is_complex ? TokenKind::kComplex : TokenKind::kNumber);
    NumberNode number{{NodeKind::kNumber, 0}};
    EXPECT_EQ(ParseNumber({kind, 0, 1, c.text}, number), c.error) << c.text;
  }
}

}  // namespace
}  // namespace sidecar::gotemplate
