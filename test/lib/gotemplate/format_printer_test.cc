#include "lib/gotemplate/format_printer.h"

#include <gtest/gtest.h>

#include "test/lib/gotemplate/format_test_values.h"

namespace sidecar::gotemplate {
namespace {

class FormatPrinterTest : public testing::Test, protected FormatValues {};

const Type* PointType() {
  static const Type* const type =
      FormatValues::NewStruct("shapes.Point", {{"X", IntType()}, {"Y", IntType()}});
  return type;
}

TEST_F(FormatPrinterTest, NilInItsForms) {
  EXPECT_EQ(Printf("%v|%+v|%#v|%T|%s|%d|%p", {{}, {}, {}, {}, {}, {}, {}}),
            "<nil>|<nil>|<nil>|<nil>|%!s(<nil>)|%!d(<nil>)|%!p(<nil>)");
  EXPECT_EQ(Printf("%7v|%-7T|", {{}, {}}), "  <nil>|<nil>  |");
  const Value pointer = Value::Pointer(nullptr, gotemplate::PointerTo(IntType()));
  EXPECT_EQ(Printf("%v|%s|%d|%p|%#v|%7v", {pointer, pointer, pointer, pointer, pointer, pointer}),
            "<nil>|%!s(*int=<nil>)|0|0x0|(*int)(nil)|  <nil>");
  const Value slice = Value::Zero(SliceOf(StringType()), arena);
  EXPECT_EQ(Printf("%v|%#v|%p", {slice, slice, slice}), "[]|[]string(nil)|0x0");
  const Value map = Value::Map(nullptr, AnyMapType());
  EXPECT_EQ(Printf("%v|%#v", {map, map}), "map[]|map[string]interface {}(nil)");
}

TEST_F(FormatPrinterTest, SequencesAndMaps) {
  const Value list = Slice(AnySliceType(), {Int(1), Text("a"), Value(), Float(2.5)});
  EXPECT_EQ(Printf("%v", {list}), "[1 a <nil> 2.5]");
  EXPECT_EQ(Printf("%#v", {list}), R"([]interface {}{1, "a", interface {}(nil), 2.5})");
  EXPECT_EQ(Printf("%d", {list}), "[1 %!d(string=a) <nil> %!d(float64=2.5)]");
  EXPECT_EQ(Printf("%4v|", {list}), "[   1    a <nil>  2.5]|");
  const Value map = Map(AnyMapType(), {{Text("b"), Int(2)}, {Text("a"), Value()}});
  EXPECT_EQ(Printf("%v", {map}), "map[a:<nil> b:2]");
  EXPECT_EQ(Printf("%#v", {map}), R"(map[string]interface {}{"a":interface {}(nil), "b":2})");
  EXPECT_EQ(Printf("%q", {map}), R"(map["a":<nil> "b":'\x02'])");
  EXPECT_EQ(Printf("%v %#v", {Array(BoolType(), {Value::Bool(true)}), Array(IntType(), {})}),
            "[true] [0]int{}");
}

TEST_F(FormatPrinterTest, Bytes) {
  const Value bytes = Bytes("hi\xff");
  EXPECT_EQ(Printf("%v|%d|%s|%x|% X|%q", {bytes, bytes, bytes, bytes, bytes, bytes}),
            "[104 105 255]|[104 105 255]|hi\xff|6869ff|68 69 FF|\"hi\\xff\"");
  EXPECT_EQ(Printf("%#v|%T|%t", {bytes, bytes, Bytes("a")}),
            "[]byte{0x68, 0x69, 0xff}|[]uint8|[%!t(uint8=97)]");
  EXPECT_EQ(Printf("%.1s|%5s|%03d", {bytes, Bytes("ab"), Bytes("\x01")}), "h|   ab|[001]");
  EXPECT_EQ(Printf("%#v %v", {Value::Zero(SliceOf(Uint8Type()), arena), Bytes("")}),
            "[]byte(nil) []");
  const Value array = Array(Uint8Type(), {Uint(104, "uint8")});
  EXPECT_EQ(Printf("%s|%v|%#v", {array, array, array}), "h|[104]|[1]uint8{0x68}");
  const Value nested = Slice(SliceOf(SliceOf(Uint8Type())), {Bytes("a")});
  EXPECT_EQ(Printf("%#v|%s|%v", {nested, nested, nested}), "[][]uint8{[]uint8{0x61}}|[a]|[[97]]");
}

TEST_F(FormatPrinterTest, StructsAndPointers) {
  const Value point = Struct(PointType(), {Int(1), Int(-2)});
  EXPECT_EQ(Printf("%v|%+v|%#v|%T", {point, point, point, point}),
            "{1 -2}|{X:1 Y:-2}|shapes.Point{X:1, Y:-2}|shapes.Point");
  const Value pointer = PointerTo(point);
  EXPECT_EQ(Printf("%v|%+v|%#v|%T", {pointer, pointer, pointer, pointer}),
            "&{1 -2}|&{X:1 Y:-2}|&shapes.Point{X:1, Y:-2}|*shapes.Point");
  EXPECT_EQ(Printf("%s", {pointer}), "&{%!s(int=1) %!s(int=-2)}");
  EXPECT_EQ(Printf("%v %v",
                   {PointerTo(Slice(AnySliceType(), {Int(1)})), PointerTo(Map(AnyMapType(), {}))}),
            "&[1] &map[]");
}

TEST_F(FormatPrinterTest, AddressesBelowTheTopAreMadeUpAndStable) {
  const Value first = PointerTo(Int(1));
  const Value second = PointerTo(Int(2));
  EXPECT_EQ(Printf("%v %p %v", {first, second, first}), "0xc000010000 0xc000010010 0xc000010000");
  EXPECT_EQ(Printf("%#p %x %#v", {first, first, first}),
            "c000010000 c000010000 (*int)(0xc000010000)");
  const Value list = Slice(SliceOf(first.type()), {first});
  EXPECT_EQ(Printf("%v|%s", {list, list}), "[0xc000010000]|[%!s(*int=0xc000010000)]");
  EXPECT_EQ(Printf("%p %p", {Int(3), Text("x")}), "%!p(int=3) %!p(string=x)");
}

TEST_F(FormatPrinterTest, ErrorsAndStringersPrintThemselves) {
  Type* const celsius = NewType(Kind::kFloat64, "shapes.Celsius");
  AddMethod(celsius, "String", false, [](const Value&) { return std::string("hot"); });
  const Value hot = Value::Float(36.6, celsius);
  EXPECT_EQ(Printf("%v|%s|%q|%x|%d|%5.1f|%#v|%6v", {hot, hot, hot, hot, hot, hot, hot, hot}),
            "hot|hot|\"hot\"|686f74|%!d(shapes.Celsius=36.6)| 36.6|36.6|   hot");
  EXPECT_EQ(Printf("%v %v", {Slice(SliceOf(celsius), {hot}), Slice(AnySliceType(), {hot})}),
            "[hot] [hot]");
  EXPECT_EQ(Print({hot, Int(1)}), "hot 1");

  Type* const both = NewStruct("shapes.Both", {});
  AddMethod(both, "Error", false, [](const Value&) { return std::string("error"); });
  AddMethod(both, "GoString", false, [](const Value&) { return std::string("go"); });
  AddMethod(both, "String", false, [](const Value&) { return std::string("string"); });
  const Value value = Struct(both, {});
  EXPECT_EQ(Printf("%v %#v %w", {value, value, value}), "error go %!w(shapes.Both={})");
}

TEST_F(FormatPrinterTest, FieldsThatAreNotExportedKeepTheirMethodsToThemselves) {
  Type* const level = NewType(Kind::kInt, "shapes.Level");
  AddMethod(level, "String", false, [](const Value&) { return std::string("level"); });
  const Type* const open = NewStruct("t.Open", {{"Level", level}});
  const Type* const closed = NewStruct("t.Closed", {{"level", level}, {"open", open}});
  const Value one = Value::Int(1, level);
  EXPECT_EQ(Printf("%v", {Struct(open, {one})}), "{level}");
  EXPECT_EQ(Printf("%v", {Struct(closed, {one, Struct(open, {one})})}), "{1 {1}}");
}

TEST_F(FormatPrinterTest, AMethodThatPanicsIsToldInTheText) {
  Type* const bad = NewStruct("shapes.Bad", {{"X", IntType()}});
  AddMethod(bad, "String", true,
            [](const Value&) -> std::string { throw FunctionError("broken"); });
  EXPECT_EQ(Printf("%v|%d", {PointerTo(Struct(bad, {Int(1)})), Int(2)}),
            "%!v(PANIC=String method: broken)|2");
  EXPECT_EQ(Printf("%v", {Value::Pointer(nullptr, gotemplate::PointerTo(bad))}), "<nil>");
  EXPECT_EQ(Printf("%v", {Struct(bad, {Int(1)})}), "{1}") << "the method is the pointer's";
}

}  // namespace
}  // namespace sidecar::gotemplate
