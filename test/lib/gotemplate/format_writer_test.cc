#include "lib/gotemplate/format_writer.h"

#include <cmath>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>

#include "test/lib/gotemplate/format_test_values.h"

namespace sidecar::gotemplate {
namespace {

class FormatWriterTest : public testing::Test, protected FormatValues {};

struct Case {
  std::string_view format;
  Value operand;
  std::string_view text;
};

TEST_F(FormatWriterTest, Integers) {
  const Value min = Int(std::numeric_limits<std::int64_t>::min());
  const Value zero = Int(0);
  const Case cases[] = {
      {"%d", Int(12345), "12345"},
      {"%+d|", Int(12345), "+12345|"},
      {"% d", Int(12345), " 12345"},
      {"%+ d", Int(12345), "+12345"},
      {"%010d", Int(12345), "0000012345"},
      {"%010d", Int(-12345), "-000012345"},
      {"%+010d", Int(5), "+000000005"},
      {"%-010d|", Int(12), "12        |"},
      {"%0-10d|", Int(12), "12        |"},
      {"%20.8d", Int(1234), "            00001234"},
      {"%020.8d", Int(-1234), "           -00001234"},
      {"%-20.8d|", Int(-1234), "-00001234           |"},
      {"%-#20.8x|", Int(0x1234abc), "0x01234abc          |"},
      {"%-#20.8X|", Int(0x1234abc), "0X01234ABC          |"},
      {"%-#20.8o|", Int(01234), "00001234            |"},
      {"%.d", zero, ""},
      {"%6.0d", zero, "      "},
      {"%06.0d", zero, "      "},
      {"%+.0d", zero, ""},
      {"%.3d", Int(7), "007"},
      {"%b", Int(7), "111"},
      {"%b", min, "-1000000000000000000000000000000000000000000000000000000000000000"},
      {"%#b", Int(-6), "-0b110"},
      {"%o", Int(01234), "1234"},
      {"%#o", Int(01234), "01234"},
      {"%#o", zero, "0"},
      {"%O", Int(01234), "0o1234"},
      {"%O", Int(-01234), "-0o1234"},
      {"%#O", Int(8), "0o010"},
      {"%x", Int(-0x1234), "-1234"},
      {"%X", Int(-0x12ab), "-12AB"},
      {"%#x", Int(-255), "-0xff"},
      {"%#08x", Int(255), "0x000000ff"},
      {"%d", min, "-9223372036854775808"},
      {"%x", Uint(~std::uint64_t{0}, "uint64"), "ffffffffffffffff"},
      {"%#v", Uint(200, "uint8"), "0xc8"},
      {"%#v", Int(200), "200"},
      {"%08b", Int(-10), "-0001010"},
  };
  for (const Case& c : cases) EXPECT_EQ(Printf(c.format, {c.operand}), c.text) << c.format;
  EXPECT_EQ(Printf("%.1000d", {Int(3)}), std::string(999, '0') + "3");
}

TEST_F(FormatWriterTest, Characters) {
  const Case cases[] = {
      {"%c", Int('x'), "x"},
      {"%c", Int(0x4E16), "世"},
      {"%5c|", Int('x'), "    x|"},
      {"%-5c|", Int('x'), "x    |"},
      {"%05c|", Int('x'), "0000x|"},
      {"%c", Int(0x110000), "\uFFFD"},
      {"%c", Int(-1), "\uFFFD"},
      {"%c", Int(0xD800), "\uFFFD"},
      {"%q", Int('x'), "'x'"},
      {"%q", Int('\n'), R"('\n')"},
      {"%+q", Int(0x4E16), R"('\u4e16')"},
      {"%q", Int(0x11FFFFF), "'\uFFFD'"},
      {"%6q|", Int('x'), "   'x'|"},
      {"%U", Int(0), "U+0000"},
      {"%U", Int(-1), "U+FFFFFFFFFFFFFFFF"},
      {"%U", Int(0x263A), "U+263A"},
      {"%#U", Int(0x263A), "U+263A '☺'"},
      {"%#U", Int('\n'), "U+000A"},
      {"%#.6U", Int(0x1D6C2), "U+01D6C2 '𝛂'"},
      {"%014.6U|", Int(0x263A), "      U+00263A|"},
      {"%#14.6U|", Int(0x263A), "  U+00263A '☺'|"},
      {"%-14U|", Int(0x263A), "U+263A        |"},
  };
  for (const Case& c : cases) EXPECT_EQ(Printf(c.format, {c.operand}), c.text) << c.format;
}

TEST_F(FormatWriterTest, Floats) {
  const double inf = std::numeric_limits<double>::infinity();
  const Case cases[] = {
      {"%v", Float(1), "1"},
      {"%g", Float(100000), "100000"},
      {"%g", Float(1e6), "1e+06"},
      {"%+.3e", Float(0), "+0.000e+00"},
      {"%+.3e", Float(-1), "-1.000e+00"},
      {"%+.3E", Float(1), "+1.000E+00"},
      {"%f", Float(1234.5678e3), "1234567.800000"},
      {"%F", Float(1234.5678e-3), "1.234568"},
      {"%7.2f", Float(1), "   1.00"},
      {"%-7.2f|", Float(-1), "-1.00  |"},
      {"%07.2f", Float(-1), "-001.00"},
      {"%+07.2f", Float(1), "+001.00"},
      {"% .3g", Float(1), " 1"},
      {"% 010.3e|", Float(1), " 1.000e+00|"},
      {"%-010.3e|", Float(-1), "-1.000e+00|"},
      {"%+10.3g|", Float(-1), "        -1|"},
      {"%6.1f", Float(-inf), "  -Inf"},
      {"%06.1f", Float(inf), "  +Inf"},
      {"% f", Float(inf), " Inf"},
      {"%+.3F", Float(std::nan("")), "+NaN"},
      {"% f", Float(std::nan("")), " NaN"},
      {"%020f", Float(std::nan("")), "                 NaN"},
      {"%#.0f", Float(123), "123."},
      {"%#g", Float(1), "1.00000"},
      {"%#g", Float(100000), "100000."},
      {"%#g", Float(1230000), "1.23000e+06"},
      {"%#.4g", Float(1), "1.000"},
      {"%#.4g", Float(1000000), "1.000e+06"},
      {"%#.4g", Float(0), "0.000"},
      {"%#g", Float(0.00012), "0.000120000"},
      {"%#.3x", Float(1), "0x1.000p+00"},
      {"%#x", Float(1), "0x1.0000p+00"},
      {"%x", Float(-1.5), "-0x1.8p+00"},
      {"%X", Float(100), "0X1.9P+06"},
      {"%#b", Float(1), "4503599627370496p-52"},
      {"%#v", Float(1), "1"},
      {"%#v", Float(1e6), "1e+06"},
      {"%.100f", Float(0.5),
       "0.5000000000000000000000000000000000000000000000000000000000000000000"
       "000000000000000000000000000000000"},
      {"%.3g", Value::Float(1.0 / 3, BasicType("float32")), "0.333"},
      {"%v", Value::Float(static_cast<double>(1.1F), BasicType("float32")), "1.1"},
      {"%v", Complex(1, -2), "(1-2i)"},
      {"%+.1f", Complex(1, 2), "(+1.0+2.0i)"},
      {"%7.2f", Complex(1, 2), "(   1.00  +2.00i)"},
      {"%x", Complex(1, -1, "complex64"), "(0x1p+00-0x1p+00i)"},
      {"%d", Complex(1, 2), "%!d(complex128=(1+2i))"},
      {"% .3E", Complex(-1, 2), "(-1.000E+00+2.000E+00i)"},
      {"%s", Float(1.5), "%!s(float64=1.5)"},
  };
  for (const Case& c : cases) EXPECT_EQ(Printf(c.format, {c.operand}), c.text) << c.format;
}

TEST_F(FormatWriterTest, Texts) {
  const Value abc = Text("abc");
  const Case cases[] = {
      {"%s", abc, "abc"},
      {"%5s|", abc, "  abc|"},
      {"%-5s|", abc, "abc  |"},
      {"%05s|", abc, "00abc|"},
      {"%-05s|", abc, "abc  |"},
      {"%.2s", abc, "ab"},
      {"%.0s|", abc, "|"},
      {"%5.2s|", Text("世界人"), "   世界|"},
      {"%.3s",
       Text("a\xff"
            "bc"),
       "a\xff"
       "b"},
      {"%q", abc, "\"abc\""},
      {"%#q", abc, "`abc`"},
      {"%#q", Text("a`b"), "\"a`b\""},
      {"%+q", Text("日本"), R"("\u65e5\u672c")"},
      {"%.1q", Text("日本"), "\"日\""},
      {"%8q|", abc, "   \"abc\"|"},
      {"%x", abc, "616263"},
      {"%X", Text("\xfb\xff"), "FBFF"},
      {"% x", abc, "61 62 63"},
      {"%#x", abc, "0x616263"},
      {"%# X", abc, "0X61 0X62 0X63"},
      {"%.2x", abc, "6162"},
      {"%10x|", abc, "    616263|"},
      {"%-10x|", abc, "616263    |"},
      {"%010x|", abc, "0000616263|"},
      {"%3x|", Text(""), "   |"},
      {"%#v", Text("a\n"), R"("a\n")"},
      {"%+v", abc, "abc"},
      {"%t", Value::Bool(true), "true"},
      {"%07t", Value::Bool(false), "00false"},
      {"%7v|", Value::Bool(false), "  false|"},
      {"%x", Value::Bool(false), "%!x(bool=false)"},
  };
  for (const Case& c : cases) EXPECT_EQ(Printf(c.format, {c.operand}), c.text) << c.format;
}

}  // namespace
}  // namespace sidecar::gotemplate
