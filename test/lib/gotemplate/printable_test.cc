#include "lib/gotemplate/printable.h"

#include <array>

#include <gtest/gtest.h>

namespace sidecar::gotemplate {
namespace {

TEST(PrintableValueTest, PointersAreFollowedToTheEndOrToNil) {
  Value number = Value::Int(7);
  Value pointer = Value::Pointer(&number, PointerTo(IntType()));
  const Value twice = Value::Pointer(&pointer, PointerTo(PointerTo(IntType())));
  EXPECT_EQ(PrintableValue(twice)->AsInt(), 7);
  EXPECT_TRUE(PrintableValue(Value::Pointer(nullptr, PointerTo(IntType())))->IsNil());
}

TEST(PrintableValueTest, NothingPrintsAsNoValue) {
  EXPECT_EQ(PrintableValue(Value())->AsString(), "<no value>");
}

TEST(PrintableValueTest, FunctionsCannotBePrinted) {
  Type type;
  type.kind = Kind::kFunc;
  EXPECT_FALSE(PrintableValue(Value::Func(nullptr, &type)).has_value());
}

TEST(PrintableValueTest, PointerMethodsPrintWhatIsAddressable) {
  Type secret;
  secret.kind = Kind::kStruct;
  secret.name = "Secret";
  secret.methods.resize(1);
  secret.methods[0].function.name = "String";
  secret.methods[0].pointer_receiver = true;
  std::array elements = {Value::Struct(nullptr, &secret)};
  const Value slice = Value::Slice(elements, SliceOf(&secret));
  EXPECT_EQ(PrintableValue(slice.Index(0))->type(), PointerTo(&secret));
  EXPECT_EQ(PrintableValue(elements[0])->type(), &secret);
}

}  // namespace
}  // namespace sidecar::gotemplate
