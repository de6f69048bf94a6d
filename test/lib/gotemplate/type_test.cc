#include "lib/gotemplate/type.h"

#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate {
namespace {

using ::testing::ElementsAre;
using ::testing::IsNull;
using ::testing::NotNull;

Type StructOf(std::string name, std::vector<Field> fields) {
  Type type;
  type.kind = Kind::kStruct;
  type.name = std::move(name);
  type.named = true;
  type.fields = std::move(fields);
  return type;
}

Method MethodOf(std::string_view name, bool pointer_receiver) {
  Method method;
  method.function.name = name;
  method.pointer_receiver = pointer_receiver;
  return method;
}

TEST(TypeTest, UnnamedTypesOfOneShapeAreOneObject) {
  EXPECT_EQ(SliceOf(StringType()), SliceOf(StringType()));
  EXPECT_EQ(PointerTo(SliceOf(IntType())), PointerTo(SliceOf(IntType())));
  EXPECT_NE(ArrayOf(2, IntType()), ArrayOf(3, IntType()));
  EXPECT_EQ(AnyMapType(), MapOf(StringType(), AnyType()));
}

TEST(TypeTest, NamesAreWhatGoPrintsForPercentT) {
  EXPECT_EQ(AnyMapType()->name, "map[string]interface {}");
  EXPECT_EQ(ArrayOf(3, PointerTo(IntType()))->name, "[3]*int");
  EXPECT_EQ(SliceOf(MapOf(IntType(), ErrorType()))->name, "[]map[int]error");
}

TEST(TypeTest, BasicTypesAreFoundByName) {
  EXPECT_EQ(BasicType("string"), StringType());
  EXPECT_EQ(BasicType("byte"), BasicType("uint8"));
  EXPECT_EQ(BasicType("rune"), BasicType("int32"));
  EXPECT_EQ(BasicType("complex64")->kind, Kind::kComplex64);
  EXPECT_THAT(BasicType("struct"), IsNull());
  EXPECT_THAT(BasicType("ptr"), IsNull());
}

TEST(TypeTest, KindsPrintAsInGo) {
  EXPECT_EQ(ToString(Kind::kPointer), "ptr");
  EXPECT_EQ(ToString(Kind::kStruct), "struct");
  EXPECT_EQ(ToString(Kind::kUint8), "uint8");
}

TEST(TypeTest, ShallowerFieldsHideDeeperOnes) {
  const Type base = StructOf("Base", {{"ID", IntType()}, {"Kind", StringType()}});
  const Type derived = StructOf("Derived", {{"Base", &base, true}, {"Kind", IntType()}});
  EXPECT_THAT(FindField(&derived, "Kind")->path, ElementsAre(1));
  EXPECT_THAT(FindField(&derived, "ID")->path, ElementsAre(0, 0));
  EXPECT_THAT(FindField(&derived, "Base")->path, ElementsAre(0));
  EXPECT_THAT(FindField(&derived, "id"), IsNull());
}

TEST(TypeTest, FieldsThatTwoEmbeddedStructsShareAreAmbiguous) {
  const Type a = StructOf("A", {{"X", IntType()}, {"Y", IntType()}});
  const Type b = StructOf("B", {{"X", IntType()}});
  const Type both = StructOf("Both", {{"A", &a, true}, {"B", &b, true}});
  EXPECT_THAT(FindField(&both, "X"), IsNull());
  EXPECT_THAT(FindField(&both, "Y")->path, ElementsAre(0, 1));
}

TEST(TypeTest, RecursiveEmbeddingEnds) {
  Type node = StructOf("Node", {});
  node.fields = {{"Node", PointerTo(&node), true}, {"Label", StringType()}};
  EXPECT_THAT(FindField(&node, "Label")->path, ElementsAre(1));
}

TEST(TypeTest, MethodSetsFollowReceiversAndEmbedding) {
  Type secret = StructOf("Secret", {});
  secret.methods = {MethodOf("Reveal", true), MethodOf("String", false)};
  const Type by_value = StructOf("ByValue", {{"Secret", &secret, true}});
  const Type by_pointer = StructOf("ByPointer", {{"Secret", PointerTo(&secret), true}});

  EXPECT_TRUE(HasMethod(&by_value, "String"));
  EXPECT_FALSE(HasMethod(&by_value, "Reveal"));
  EXPECT_TRUE(HasMethod(PointerTo(&by_value), "Reveal"));
  EXPECT_TRUE(HasMethod(&by_pointer, "Reveal"));
  EXPECT_FALSE(HasMethod(PointerTo(PointerTo(&secret)), "String"));
  EXPECT_THAT(FindMethod(&by_value, "Reveal")->path, ElementsAre(0));
  EXPECT_TRUE(FindMethod(&by_value, "Reveal")->needs_address);
}

TEST(TypeTest, AFieldHidesAMethodOfWhatIsEmbedded) {
  Type secret = StructOf("Secret", {});
  secret.methods = {MethodOf("String", false)};
  const Type hiding = StructOf("Hiding", {{"Secret", &secret, true}, {"String", IntType()}});
  EXPECT_THAT(FindMethod(&hiding, "String"), IsNull());
  EXPECT_THAT(FindField(&hiding, "String"), NotNull());
}

TEST(TypeTest, EmbeddedInterfacesPromoteTheirMethods) {
  const Type failure = StructOf("Failure", {{"error", ErrorType(), true}});
  ASSERT_THAT(FindMethod(&failure, "Error"), NotNull());
  EXPECT_THAT(FindMethod(&failure, "Error")->method, IsNull());
  EXPECT_TRUE(Implements(&failure, ErrorType()));
  EXPECT_FALSE(Implements(IntType(), ErrorType()));
}

TEST(TypeTest, AssignabilityFollowsGo) {
  Type labels;
  labels.kind = Kind::kMap;
  labels.name = "Labels";
  labels.named = true;
  labels.key = StringType();
  labels.element = StringType();
  Type name;
  name.kind = Kind::kString;
  name.name = "Name";
  name.named = true;

  EXPECT_TRUE(IsAssignable(MapOf(StringType(), StringType()), &labels));
  EXPECT_TRUE(IsAssignable(&labels, MapOf(StringType(), StringType())));
  EXPECT_FALSE(IsAssignable(AnyMapType(), &labels));
  EXPECT_FALSE(IsAssignable(StringType(), &name));
  EXPECT_TRUE(IsAssignable(&name, AnyType()));
  EXPECT_FALSE(IsAssignable(&name, ErrorType()));
}

TEST(TypeTest, ComparableMeansThatEqualsCompiles) {
  const Type plain = StructOf("Plain", {{"X", IntType()}, {"Y", AnyType()}});
  const Type listed = StructOf("Listed", {{"X", AnySliceType()}});
  EXPECT_TRUE(IsComparable(&plain));
  EXPECT_FALSE(IsComparable(&listed));
  EXPECT_FALSE(IsComparable(ArrayOf(2, AnyMapType())));
  EXPECT_TRUE(IsComparable(PointerTo(&listed)));
}

TEST(TypeTest, ThreadsSeeOneTypeAndOneMemberTable) {
  const Type base = StructOf("Base", {{"ID", IntType()}});
  const Type derived = StructOf("Derived", {{"Base", &base, true}});
  std::vector<const FieldMatch*> found(4);
  std::vector<const Type*> pointers(4);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < found.size(); ++i) {
      threads.emplace_back([&, i] {
        found[i] = FindField(&derived, "ID");
        pointers[i] = PointerTo(&derived);
      });
    }
  }
  EXPECT_THAT(found, ::testing::Each(found[0]));
  EXPECT_THAT(pointers, ::testing::Each(pointers[0]));
}

}  // namespace
}  // namespace sidecar::gotemplate
