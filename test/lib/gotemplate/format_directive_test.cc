#include "lib/gotemplate/format_directive.h"

#include <cstdint>

#include <gtest/gtest.h>

#include "test/lib/gotemplate/format_test_values.h"

namespace sidecar::gotemplate {
namespace {

class FormatDirectiveTest : public testing::Test, protected FormatValues {};

struct Case {
  std::string_view format;
  std::vector<Value> operands;
  std::string_view text;
};

TEST_F(FormatDirectiveTest, OperandsAreTakenInTurnOrByIndex) {
  const Value one = Int(1);
  const Value two = Int(2);
  const Value three = Int(3);
  const Case cases[] = {
      {"plain", {}, "plain"},
      {"%d%%", {one}, "1%"},
      {"%5%|%-5%", {}, "%|%"},
      {"%[d", {two, one}, "%!d(BADINDEX)"},
      {"%]d", {two, one}, "%!](int=2)d%!(EXTRA int=1)"},
      {"%[]d", {two, one}, "%!d(BADINDEX)"},
      {"%[-3]d", {two, one}, "%!d(BADINDEX)"},
      {"%[99]d", {two, one}, "%!d(BADINDEX)"},
      {"%[3]", {two, one}, "%!(NOVERB)"},
      {"%[1].2d", {Int(5), Int(6)}, "%!d(BADINDEX)"},
      {"%[1]2d", {two, one}, "%!d(BADINDEX)"},
      {"%3.[2]d", {Int(7)}, "%!d(BADINDEX)"},
      {"%.[2]d", {Int(7)}, "%!d(BADINDEX)"},
      {"%d %d %d %#[1]o %#o %#o", {Int(11), Int(12), Int(13)}, "11 12 13 013 014 015"},
      {"%[5]d %[2]d %d", {one, two, three}, "%!d(BADINDEX) 2 3"},
      {"%d %[3]d %d", {one, two}, "1 %!d(BADINDEX) 2"},
      {"%.[]", {}, "%!](BADINDEX)"},
      {"%.-3d", {Int(42)}, "%!-(int=42)3d"},
      {"%2147483648d", {Int(42)}, "%!(NOVERB)%!(EXTRA int=42)"},
      {"%-2147483648d", {Int(42)}, "%!(NOVERB)%!(EXTRA int=42)"},
      {"%.2147483648d", {Int(42)}, "%!(NOVERB)%!(EXTRA int=42)"},
      {"%[1]d", {one}, "1"},
      {"%[2]d", {two, one}, "1"},
      {"%[2]d %[1]d", {one, two}, "2 1"},
      {"%[2]*[1]d", {two, Int(5)}, "    2"},
      {"%6.2f", {Float(12)}, " 12.00"},
      {"%[3]*.[2]*[1]f", {Float(12), two, Int(6)}, " 12.00"},
      {"%[1]*.[2]*[3]f", {Int(6), two, Float(12)}, " 12.00"},
      {"%10f", {Float(12)}, " 12.000000"},
      {"%[1]*[3]f", {Int(10), Int(99), Float(12)}, " 12.000000"},
      {"%.6f", {Float(12)}, "12.000000"},
      {"%.[1]*[3]f", {Int(6), Int(99), Float(12)}, "12.000000"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Sprintf(arena, c.format, c.operands), c.text) << c.format;
  }
}

TEST_F(FormatDirectiveTest, StarsTakeWidthAndPrecisionFromOperands) {
  const Case cases[] = {
      {"%*d", {Int(4), Int(42)}, "  42"},
      {"%-*d", {Int(4), Int(42)}, "42  "},
      {"%*d", {Int(-4), Int(42)}, "42  "},
      {"%-*d", {Int(-4), Int(42)}, "42  "},
      {"%0*d", {Int(-4), Int(42)}, "42  "},
      {"%.*d", {Int(4), Int(42)}, "0042"},
      {"%*.*d", {Int(8), Int(4), Int(42)}, "    0042"},
      {"%0*d", {Int(4), Int(42)}, "0042"},
      {"%*d", {Uint(4, "uint8"), Int(42)}, "  42"},
      {"%*d", {Int(10000000), Int(42)}, "%!(BADWIDTH)42"},
      {"%*d", {Int(-10000000), Int(42)}, "%!(BADWIDTH)42"},
      {"%*d", {Uint(~std::uint64_t{0}, "uint64"), Int(42)}, "%!(BADWIDTH)42"},
      {"%*d", {Int(INT64_MIN), Int(42)}, "%!(BADWIDTH)42"},
      {"%.*d", {Int(10000000), Int(42)}, "%!(BADPREC)42"},
      {"%.*d", {Int(-1), Int(42)}, "%!(BADPREC)42"},
      {"%*d", {Text("x"), Int(42)}, "%!(BADWIDTH)42"},
      {"%*%", {Int(4)}, "%"},
      {"%*", {Int(4)}, "%!(NOVERB)"},
      {"%*d", {}, "%!(BADWIDTH)%!d(MISSING)"},
      {"%.*d", {}, "%!(BADPREC)%!d(MISSING)"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Sprintf(arena, c.format, c.operands), c.text) << c.format;
  }
}

TEST_F(FormatDirectiveTest, MistakesAreToldInTheText) {
  const Case cases[] = {
      {"%", {}, "%!(NOVERB)"},
      {"x%", {Int(1)}, "x%!(NOVERB)%!(EXTRA int=1)"},
      {"%d", {}, "%!d(MISSING)"},
      {"%☠", {Int(2)}, "%!☠(int=2)"},
      {"%\xff", {Int(2)}, "%!\uFFFD(int=2)"},
      {"", {Int(1), Text("a"), Value()}, "%!(EXTRA int=1, string=a, <nil>)"},
      {"%d %s", {Text("x"), Int(3)}, "%!d(string=x) %!s(int=3)"},
      {"%[2]d", {Int(1), Int(2), Int(3)}, "2"},
      {"%z", {Value()}, "%!z(<nil>)"},
      {"%w", {Int(3)}, "%!w(int=3)"},
      {"%#w", {Text("a")}, "%!w(string=a)"},
      {"%.", {Int(3)}, "%!.(int=3)"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Sprintf(arena, c.format, c.operands), c.text) << c.format;
  }
}

}  // namespace
}  // namespace sidecar::gotemplate
