#include "lib/gotemplate/funcs/collection.h"

#include <functional>
#include <initializer_list>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sidecar::gotemplate {
namespace {

std::string ErrorOf(const std::function<void()>& body) {
  try {
    body();
  } catch (const FunctionError& error) {
    return error.what();
  }
  return "no error";
}

class CollectionTest : public testing::Test {
 protected:
  CollectionTest() { map_.Set(Value::String("k"), list_, arena_); }

  Value At(const Value& item, std::initializer_list<Value> indexes) {
    return Index(arena_, item, std::vector<Value>(indexes));
  }
  std::string IndexError(const Value& item, std::initializer_list<Value> indexes) {
    return ErrorOf([&] { At(item, indexes); });
  }
  static Value Part(const Value& item, std::initializer_list<Value> indexes) {
    return Slice(item, std::vector<Value>(indexes));
  }
  static std::string SliceError(const Value& item, std::initializer_list<Value> indexes) {
    return ErrorOf([&] { Part(item, indexes); });
  }

  Arena arena_;
  Value elements_[3] = {Value::String("a"), Value::String("b"), Value::String("c")};
  Value list_ = AnySlice(elements_);
  MapData map_;
  Value dictionary_ = AnyMap(&map_);
  Value nil_any_ = Value::Zero(AnyType(), arena_);
  Value numbers_[4] = {Value::Int(1), Value::Int(2), Value::Int(3), Value::Int(4)};
  Value array_ = Value::Array(numbers_, ArrayOf(4, IntType()));
  Value array_pointer_ = Value::Pointer(&array_, PointerTo(array_.type()));
};

TEST_F(CollectionTest, IndexesEveryKindOfCollection) {
  EXPECT_EQ(At(list_, {Value::Int(1)}).Elem().AsString(), "b");
  EXPECT_EQ(At(list_, {Value::Uint(2, BasicType("uint8"))}).Elem().AsString(), "c");
  EXPECT_EQ(At(dictionary_, {Value::String("k"), Value::Int(0)}).Elem().AsString(), "a");
  EXPECT_EQ(At(Value::String("xyz"), {Value::Int(1)}).AsUint(), std::uint64_t{'y'});
  EXPECT_EQ(At(array_, {Value::Int(3)}).AsInt(), 4);
  EXPECT_EQ(At(array_pointer_, {Value::Int(0)}).AsInt(), 1);
  EXPECT_EQ(At(list_.ToInterface(AnyType(), arena_), {}).size(), 3u);
}

TEST_F(CollectionTest, GivesTheZeroValueForAMissingKey) {
  EXPECT_TRUE(At(dictionary_, {Value::String("q")}).IsNil());
  EXPECT_EQ(At(dictionary_, {Value::String("q")}).kind(), Kind::kInterface);
  EXPECT_EQ(At(Value::Map(nullptr, MapOf(StringType(), IntType())), {Value::String("q")}).AsInt(),
            0);
}

TEST_F(CollectionTest, ConvertsIntegersToTheKeyType) {
  MapData map;
  const Type* const int8 = BasicType("int8");
  map.Set(Value::Int(44, int8), Value::String("x"), arena_);
  const Value value = Value::Map(&map, MapOf(int8, StringType()));
  EXPECT_EQ(At(value, {Value::Int(300)}).AsString(), "x");
  EXPECT_EQ(IndexError(value, {Value::String("44")}), "value has type string; should be int8");
  EXPECT_EQ(IndexError(value, {Value()}), "value is nil; should be of type int8");
}

TEST_F(CollectionTest, SaysWhyAnIndexDoesNotFit) {
  EXPECT_EQ(IndexError(list_, {Value::Int(4)}), "index out of range: 4");
  EXPECT_EQ(IndexError(list_, {Value::Int(-1)}), "index out of range: -1");
  EXPECT_EQ(IndexError(list_, {Value::Uint(std::numeric_limits<std::uint64_t>::max(),
                                           BasicType("uint64"))}),
            "index out of range: -1");
  EXPECT_EQ(IndexError(list_, {Value::Int(3)}), "reflect: slice index out of range");
  EXPECT_EQ(IndexError(array_, {Value::Int(4)}), "reflect: array index out of range");
  EXPECT_EQ(IndexError(Value::String("a"), {Value::Int(1)}), "reflect: string index out of range");
  EXPECT_EQ(IndexError(list_, {Value::String("a")}), "cannot index slice/array with type string");
  EXPECT_EQ(IndexError(list_, {nil_any_}), "cannot index slice/array with nil");
  EXPECT_EQ(IndexError(dictionary_, {Value::Int(1)}), "value has type int; should be string");
}

TEST_F(CollectionTest, SaysWhyAnItemHasNoElements) {
  EXPECT_EQ(IndexError(Value(), {Value::Int(0)}), "index of untyped nil");
  EXPECT_EQ(IndexError(nil_any_, {}), "index of untyped nil");
  EXPECT_EQ(IndexError(dictionary_, {Value::String("q"), Value::Int(0)}), "index of nil pointer");
  EXPECT_EQ(IndexError(Value::Int(3), {Value::Int(0)}), "can't index item of type int");
}

TEST_F(CollectionTest, SlicesWithinTheCapacity) {
  EXPECT_EQ(Part(list_, {}).size(), 3u);
  EXPECT_EQ(Part(list_, {Value::Int(1)}).size(), 2u);
  EXPECT_EQ(Part(list_, {Value::Int(1), Value::Int(2)}).Index(0).Elem().AsString(), "b");
  EXPECT_EQ(Part(list_, {Value::Int(0), Value::Int(1), Value::Int(2)}).capacity(), 2u);
  const Value short_list = Part(list_, {Value::Int(0), Value::Int(1)});
  EXPECT_EQ(Part(short_list, {Value::Int(0), Value::Int(3)}).size(), 3u);
  EXPECT_EQ(Part(Value::String("hello"), {Value::Int(1), Value::Int(3)}).AsString(), "el");
  EXPECT_EQ(Part(array_pointer_.Elem(), {Value::Int(2)}).type(), SliceOf(IntType()));
  EXPECT_TRUE(Part(Value::Zero(AnySliceType(), arena_), {}).IsNil());
}

TEST_F(CollectionTest, SaysWhyThereIsNoSuchSlice) {
  const Value zero = Value::Int(0);
  EXPECT_EQ(SliceError(list_, {Value::Int(4)}), "index out of range: 4");
  EXPECT_EQ(SliceError(list_, {Value::Int(2), Value::Int(1)}), "invalid slice index: 2 > 1");
  EXPECT_EQ(SliceError(list_, {zero, Value::Int(2), Value::Int(1)}), "invalid slice index: 2 > 1");
  EXPECT_EQ(SliceError(list_, {zero, zero, zero, zero}), "too many slice indexes: 4");
  EXPECT_EQ(SliceError(Value::String("a"), {zero, zero, zero}), "cannot 3-index slice a string");
  EXPECT_EQ(SliceError(dictionary_, {}), "can't slice item of type map[string]interface {}");
  EXPECT_EQ(SliceError(array_pointer_, {}), "can't slice item of type *[4]int");
  EXPECT_EQ(SliceError(Value(), {}), "slice of untyped nil");
  EXPECT_EQ(SliceError(array_, {}), "reflect.Value.Slice: slice of unaddressable array");
  EXPECT_EQ(SliceError(array_, {zero, zero, zero}),
            "reflect.Value.Slice3: slice of unaddressable array");
  EXPECT_EQ(SliceError(list_, {zero.ToInterface(AnyType(), arena_)}),
            "cannot index slice/array with type interface {}");
}

TEST_F(CollectionTest, MeasuresCollections) {
  EXPECT_EQ(Length(list_), 3u);
  EXPECT_EQ(Length(dictionary_), 1u);
  EXPECT_EQ(Length(Value::String("é")), 2u);
  EXPECT_EQ(Length(array_pointer_), 4u);
  EXPECT_EQ(Length(list_.ToInterface(AnyType(), arena_)), 3u);
  EXPECT_EQ(ErrorOf([] { Length(Value::Int(1)); }), "len of type int");
  EXPECT_EQ(ErrorOf([&] { Length(nil_any_); }), "len of nil pointer");
  EXPECT_EQ(ErrorOf([] { Length(Value()); }), "reflect: call of reflect.Value.Type on zero Value");
}

}  // namespace
}  // namespace sidecar::gotemplate
