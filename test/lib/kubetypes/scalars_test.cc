#include "lib/kubetypes/scalars.h"

#include <gtest/gtest.h>

namespace sidecar::kubetypes {
namespace {

TEST(Scalars, QuantitiesSurviveTheWayThroughAValue) {
  Arena arena;
  for (const char* const text : {"500m", "1.5Gi", "12345678901234567890123", "-7", "0"}) {
    const Quantity quantity = ParseQuantity(text).value();
    EXPECT_EQ(QuantityOf(ToValue(quantity, arena)).String(), quantity.String());
  }
}

TEST(Scalars, TimesSurviveTheWayThroughAValue) {
  Arena arena;
  const gotemplate::funcs::Time time{.unix_seconds = 1516320377, .nanoseconds = 5};
  const gotemplate::funcs::Time back = TimeIn(ToValue(time, ScalarType("v1.Time"), arena));
  EXPECT_EQ(back.unix_seconds, time.unix_seconds);
  EXPECT_EQ(back.nanoseconds, time.nanoseconds);
}

TEST(Scalars, AnIntOrStringIsEither) {
  Arena arena;
  EXPECT_EQ(StringOf(IntOrStringValue("http", arena)), "http");
  EXPECT_TRUE(IsString(IntOrStringValue("http", arena)));
  EXPECT_EQ(NumberOf(IntOrStringValue(80, arena)), 80);
  EXPECT_FALSE(IsString(IntOrStringValue(80, arena)));
}

TEST(Scalars, ARawValueKeepsItsNode) {
  Arena arena;
  const yaml::Node node = yaml::Node::Int(7);
  const gotemplate::Value raw = RawValue(node, ScalarType("runtime.RawExtension"), arena);
  ASSERT_NE(NodeOf(raw), nullptr);
  EXPECT_EQ(NodeOf(raw)->integer, 7);
  EXPECT_EQ(ScalarType("v1.Pod"), nullptr);
}

}  // namespace
}  // namespace sidecar::kubetypes
