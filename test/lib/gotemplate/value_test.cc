#include "lib/gotemplate/value.h"

#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/yaml/node.h"

namespace sidecar::gotemplate {
namespace {

using ::testing::ElementsAre;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

class ValueTest : public ::testing::Test {
 protected:
  ValueTest() {
    point_.kind = Kind::kStruct;
    point_.name = "Point";
    point_.named = true;
    point_.fields = {{"X", IntType()}, {"Any", AnyType()}};
  }

  std::vector<std::string> TextKeys(const MapData& map) {
    std::vector<std::string> keys;
    for (const MapEntry& entry : map.all()) keys.emplace_back(entry.key.AsString());
    return keys;
  }

  Arena arena_;
  Type point_;
};

TEST_F(ValueTest, ZeroValuesAreGos) {
  EXPECT_EQ(Value::Zero(IntType(), arena_).AsInt(), 0);
  EXPECT_EQ(Value::Zero(StringType(), arena_).AsString(), "");
  EXPECT_TRUE(Value::Zero(AnyMapType(), arena_).IsNil());
  EXPECT_TRUE(Value::Zero(AnySliceType(), arena_).IsNil());
  EXPECT_TRUE(Value::Zero(AnyType(), arena_).IsNil());
  const Value point = Value::Zero(&point_, arena_);
  EXPECT_EQ(point.Field(0).AsInt(), 0);
  EXPECT_EQ(point.Field(1).kind(), Kind::kInterface);
  EXPECT_TRUE(point.Field(1).IsNil());
  EXPECT_EQ(Value::Zero(ArrayOf(3, IntType()), arena_).size(), 3U);
}

TEST_F(ValueTest, AnEmptySliceIsNotANilSlice) {
  EXPECT_FALSE(AnySlice({}).IsNil());
  EXPECT_EQ(AnySlice({}).size(), 0U);
}

TEST_F(ValueTest, AddressabilityFollowsReflect) {
  Value variable = Value::Zero(&point_, arena_);
  EXPECT_FALSE(variable.IsAddressable());
  EXPECT_FALSE(variable.Field(0).IsAddressable());

  const Value pointee = Value::Pointer(&variable, PointerTo(&point_)).Elem();
  EXPECT_TRUE(pointee.IsAddressable());
  EXPECT_TRUE(pointee.Field(0).IsAddressable());
  EXPECT_EQ(pointee.Address().type(), PointerTo(&point_));
  EXPECT_FALSE(pointee.Dynamic().IsAddressable());

  std::array elements = {Value::Int(1), Value::Int(2)};
  EXPECT_TRUE(Value::Slice(elements, SliceOf(IntType())).Index(1).IsAddressable());
  EXPECT_FALSE(Value::Array(elements.data(), ArrayOf(2, IntType())).Index(1).IsAddressable());
}

TEST_F(ValueTest, InterfaceSlotsHoldTheDynamicValue) {
  Value point = Value::Zero(&point_, arena_);
  point.slots()[1] = Value::String("x");
  const Value field = point.Field(1);
  EXPECT_EQ(field.kind(), Kind::kInterface);
  EXPECT_FALSE(field.IsNil());
  EXPECT_EQ(field.Elem().AsString(), "x");
  EXPECT_EQ(field.Dynamic().type(), StringType());
  EXPECT_EQ(Value::Int(4).ToInterface(AnyType(), arena_).Elem().AsInt(), 4);
}

TEST_F(ValueTest, BytesOfStringsAreIndexed) {
  const Value byte = Value::String("\xffz").Index(0);
  EXPECT_EQ(byte.type(), Uint8Type());
  EXPECT_EQ(byte.AsUint(), 255U);
}

TEST_F(ValueTest, MapsKeepTheirKeysInOrder) {
  MapData map;
  for (const char* const key : {"b", "a", "c", "ab", "a"}) {
    map.Set(Value::String(key), Value::String(key), arena_);
  }
  EXPECT_THAT(TextKeys(map), ElementsAre("a", "ab", "b", "c"));
  map.Set(Value::String("b"), Value::Int(7), arena_);
  EXPECT_EQ(map.Find("b")->AsInt(), 7);
  map.Erase(Value::String("ab"));
  map.Erase(Value::String("none"));
  EXPECT_THAT(TextKeys(map), ElementsAre("a", "b", "c"));
  EXPECT_EQ(map.Find("none"), nullptr);
}

TEST_F(ValueTest, MapsTakeKeysInAnyOrder) {
  constexpr int kKeys = 500;
  // Each walks all keys in an order of its own: up, down, from both ends, and scattered.
  const std::array<std::function<int(int)>, 4> orders = {
      [](int i) { return i; }, [](int i) { return kKeys - 1 - i; },
      [](int i) { return i % 2 == 0 ? i / 2 : kKeys - 1 - i / 2; },
      [](int i) { return i * 7 % kKeys; }};
  for (const auto& order : orders) {
    MapData map;
    for (int i = 0; i < kKeys; ++i) map.Set(Value::Int(order(i)), Value::Int(i), arena_);
    ASSERT_EQ(map.size, kKeys);
    for (int i = 0; i < kKeys; ++i) {
      EXPECT_EQ(map.all()[static_cast<std::size_t>(order(i))].value.AsInt(), i);
    }
  }
}

TEST_F(ValueTest, DescendingKeysMoveNothing) {
  constexpr int kKeys = 100'000;
  Arena arena(std::size_t{64} << 20U);  // All entries and what growing left; no room for moves.
  MapData map;
  for (int i = kKeys; i > 0; --i) map.Set(Value::Int(i), Value::Int(i), arena);
  EXPECT_EQ(map.size, kKeys);
  EXPECT_EQ(map.Find(Value::Int(1))->AsInt(), 1);
}

TEST_F(ValueTest, WhatMovesAsideForAKeyIsPaidFor) {
  Arena arena(std::size_t{4} << 20U);  // The entries take half of it.
  MapData map;
  const auto fill = [&] {
    for (int i = 0; i < 10'000; ++i) map.Set(Value::Int(i * 7919 % 10'007), Value::Int(i), arena);
  };
  EXPECT_THROW(fill(), ArenaLimitExceeded);
}

TEST_F(ValueTest, InterfaceKeysAreOrderedByTypeAndFoundByTypeAndValue) {
  MapData map;
  map.Set(Value::String("b"), Value::Int(1), arena_);
  map.Set(Value::Float(2.5), Value::Int(2), arena_);
  map.Set(Value::Bool(true), Value::Int(3), arena_);
  map.Set(Value::Int(2), Value::Int(4), arena_);
  std::vector<std::int64_t> values;
  for (const MapEntry& entry : map.all()) values.push_back(entry.value.AsInt());
  EXPECT_THAT(values, ElementsAre(3, 2, 4, 1));
  EXPECT_EQ(map.Find(Value::Int(2))->AsInt(), 4);
  EXPECT_EQ(map.Find(Value::Int(2, Int64Type())), nullptr);
  EXPECT_THROW(AreEqual(AnyMap(nullptr), AnyMap(nullptr)), FunctionError);
}

TEST_F(ValueTest, NaNKeysComeFirstAndAreNeverFound) {
  MapData map;
  map.Set(Value::Float(1), Value::Int(1), arena_);
  map.Set(Value::Float(kNaN), Value::Int(2), arena_);
  map.Set(Value::Float(kNaN), Value::Int(3), arena_);
  ASSERT_EQ(map.size, 3U);
  EXPECT_TRUE(std::isnan(map.entries[0].key.AsFloat()));
  EXPECT_TRUE(std::isnan(map.entries[1].key.AsFloat()));
  EXPECT_EQ(map.Find(Value::Float(kNaN)), nullptr);
}

TEST_F(ValueTest, MapIndexGivesWhatReflectGives) {
  MapData data;
  data.Set(Value::String("nul"), Value(), arena_);
  const Value map = AnyMap(&data);
  const Value null = map.MapIndex(Value::String("nul"));
  EXPECT_EQ(null.kind(), Kind::kInterface);
  EXPECT_TRUE(null.IsNil());
  EXPECT_FALSE(null.IsAddressable());
  EXPECT_FALSE(map.MapIndex(Value::String("missing")).IsValid());
  EXPECT_FALSE(AnyMap(nullptr).MapIndex(Value::String("x")).IsValid());
}

TEST_F(ValueTest, KeysWithoutAHashAreRefused) {
  const Value map = Value::Map(nullptr, MapOf(AnyType(), IntType()));
  try {
    map.MapIndex(AnySlice({}));
    FAIL() << "no error";
  } catch (const FunctionError& error) {
    EXPECT_STREQ(error.what(), "runtime error: hash of unhashable type []interface {}");
  }
}

TEST_F(ValueTest, SlicesOfJsonHaveTheCapacityThatAppendLeaves) {
  const std::vector<yaml::Node> elements(3000);
  for (const auto& [size, capacity] : std::vector<std::pair<std::uint32_t, std::size_t>>{
           {0, 0}, {1, 1}, {3, 4}, {5, 8}, {512, 512}, {513, 848}, {849, 1280}, {1793, 2560}}) {
    yaml::Node sequence;
    sequence.kind = yaml::NodeKind::kSequence;
    sequence.size = size;
    sequence.elements = elements.data();
    const Value slice = FromNode(sequence, arena_);
    EXPECT_EQ(slice.size(), size);
    EXPECT_EQ(slice.capacity(), capacity) << size;
  }
}

TEST_F(ValueTest, SortKeepsTheLastOfEqualKeys) {
  std::array entries = {MapEntry{Value::String("b"), Value::Int(1)},
                        MapEntry{Value::String("a"), Value::Int(2)},
                        MapEntry{Value::String("b"), Value::Int(3)}};
  MapData map{entries.data(), 3, 3};
  map.Sort();
  EXPECT_THAT(TextKeys(map), ElementsAre("a", "b"));
  EXPECT_EQ(map.Find("b")->AsInt(), 3);
}

TEST_F(ValueTest, IntegersConvertByTruncation) {
  EXPECT_EQ(ConvertInteger(Value::Int(300), BasicType("int8")).AsInt(), 44);
  EXPECT_EQ(ConvertInteger(Value::Int(-1), BasicType("uint16")).AsUint(), 65535U);
  EXPECT_EQ(ConvertInteger(Value::Int(-1), BasicType("uint64")).AsUint(), ~0ULL);
  EXPECT_TRUE(OverflowsInt(128, BasicType("int8")));
  EXPECT_FALSE(OverflowsInt(-128, BasicType("int8")));
  EXPECT_TRUE(OverflowsUint(256, BasicType("uint8")));
}

TEST_F(ValueTest, TruthIsThatOfTemplates) {
  EXPECT_EQ(IsTrue(Value()), false);
  EXPECT_EQ(IsTrue(Value::Int(0)), false);
  EXPECT_EQ(IsTrue(Value::Float(kNaN)), true);
  EXPECT_EQ(IsTrue(Value::String("")), false);
  EXPECT_EQ(IsTrue(AnySlice({})), false);
  EXPECT_EQ(IsTrue(Value::Zero(&point_, arena_)), true);
  EXPECT_EQ(IsTrue(Value::Pointer(nullptr, PointerTo(IntType()))), false);
}

TEST_F(ValueTest, JsonDocumentsBecomeGosDynamicValues) {
  const std::array elements = {yaml::Node{}, yaml::Node{}};
  std::array members = {yaml::Member{"z", {}}, yaml::Member{"a", {}}};
  members[0].value.kind = yaml::NodeKind::kInt;
  members[0].value.integer = 3;
  members[1].value.kind = yaml::NodeKind::kSequence;
  members[1].value.size = 2;
  members[1].value.elements = elements.data();
  yaml::Node document;
  document.kind = yaml::NodeKind::kMapping;
  document.size = 2;
  document.members = members.data();

  const Value value = FromNode(document, arena_);
  ASSERT_EQ(value.type(), AnyMapType());
  EXPECT_THAT(TextKeys(*value.AsMap()), ElementsAre("a", "z"));
  EXPECT_EQ(value.AsMap()->Find("z")->AsFloat(), 3.0);
  EXPECT_EQ(value.AsMap()->Find("a")->Index(1).IsNil(), true);
}

}  // namespace
}  // namespace sidecar::gotemplate
