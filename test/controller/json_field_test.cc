#include "controller/json_field.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sidecar::controller {
namespace {

TEST(JsonFieldTest, FollowsAPathOfKeys) {
  const Json object = Json::parse(R"({"metadata":{"name":"a","labels":{"k":"v"}},"n":3})");
  EXPECT_EQ(StringField(object, "metadata.name"), "a");
  EXPECT_EQ(StringField(object, "metadata.labels.k"), "v");
  ASSERT_NE(FindField(object, "n"), nullptr);
  EXPECT_EQ(*FindField(object, "n"), 3);
  EXPECT_EQ(FindField(object, ""), &object);
}

TEST(JsonFieldTest, IsEmptyWhereThereIsNoneOrAnotherKind) {
  const Json object = Json::parse(R"({"metadata":[1],"n":3,"s":"text"})");
  for (const char* const path : {"metadata.name", "metadata.0", "n", "n.x", "s.x", "absent", "."}) {
    EXPECT_EQ(StringField(object, path), "") << path;
  }
  EXPECT_EQ(FindField(Json(nullptr), "a"), nullptr);
  EXPECT_EQ(FindField(Json::array(), "a"), nullptr);
}

}  // namespace
}  // namespace sidecar::controller
