#include "lib/gotemplate/funcs/deep.h"

#include <limits>

#include <gtest/gtest.h>

#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

bool Equal(const Value& one, const Value& other) {
  const bool equal = DeepComparer().Equal(one, other);
  EXPECT_TRUE(!equal || DeepHash(one) == DeepHash(other));
  return equal;
}

TEST(DeepComparerTest, ComparesTypesAndContents) {
  Functions call;
  EXPECT_TRUE(Equal(call.List({1, "a", nullptr}), call.List({1, "a", nullptr})));
  EXPECT_FALSE(Equal(call.List({1}), call.List({1.0})));
  EXPECT_FALSE(Equal(call.List({1}), call.List({1, 2})));
  EXPECT_TRUE(Equal(call.Dict({"a", call.List({})}), call.Dict({"a", call.List({})})));
  EXPECT_FALSE(Equal(call.Dict({"a", 1}), call.Dict({"b", 1})));
  EXPECT_TRUE(Equal(Value(), Value()));
  EXPECT_FALSE(Equal(Value(), call.List({})));
}

TEST(DeepComparerTest, TellsNilFromEmpty) {
  Functions call;
  EXPECT_FALSE(Equal(NilAnyList(call.arena()), call.List({})));
  EXPECT_TRUE(Equal(NilAnyList(call.arena()), NilAnyList(call.arena())));
  EXPECT_FALSE(Equal(AnyMap(nullptr), call.Dict({})));
}

TEST(DeepComparerTest, FollowsPointers) {
  Value one = Value::Int(1);
  Value same = Value::Int(1);
  Value other = Value::Int(2);
  const Type* const type = PointerTo(IntType());
  EXPECT_TRUE(Equal(Value::Pointer(&one, type), Value::Pointer(&same, type)));
  EXPECT_FALSE(Equal(Value::Pointer(&one, type), Value::Pointer(&other, type)));
}

TEST(DeepComparerTest, HoldsNaNUnequalToItself) {
  const Value nan = Value::Float(std::numeric_limits<double>::quiet_NaN());
  EXPECT_FALSE(Equal(nan, nan));
}

TEST(DeepComparerTest, RefusesValuesThatContainThemselves) {
  Functions call;
  const Value one = call.Dict({});
  const Value other = call.Dict({});
  call.Call("set", {one, "self", one});
  call.Call("set", {other, "self", other});
  EXPECT_THROW(DeepComparer().Equal(one, other), FunctionError);
  EXPECT_NO_THROW(DeepHash(one));
}

TEST(DeepCopyTest, CopiesEveryLevel) {
  Functions call;
  const Value inner = call.List({1});
  const Value copy = DeepCopy(call.Dict({"a", call.List({inner})}), call.arena());
  inner.slots()[0] = Value::Int(2);
  EXPECT_EQ(call.Show(copy), R"({"a":[[1]]})");
}

TEST(DeepCopyTest, CopiesPointees) {
  Arena arena;
  Value number = Value::Int(1);
  const Value copy = DeepCopy(Value::Pointer(&number, PointerTo(IntType())), arena);
  number = Value::Int(2);
  EXPECT_EQ(copy.Elem().AsInt(), 1);
  EXPECT_TRUE(DeepCopy(Value::Pointer(nullptr, PointerTo(IntType())), arena).IsNil());
}

TEST(DeepCopyTest, RefusesValuesThatContainThemselves) {
  Functions call;
  const Value self = call.Dict({});
  call.Call("set", {self, "self", self});
  EXPECT_THROW(DeepCopy(self, call.arena()), FunctionError);
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
