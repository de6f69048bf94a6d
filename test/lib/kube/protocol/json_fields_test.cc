#include "lib/kube/protocol/json_fields.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sidecar::kube {
namespace {

TEST(JsonFieldsTest, WhatIsMissingOrSomethingElseIsNothing) {
  const Json object = {{"name", "a"}, {"count", 3}, {"nothing", nullptr}, {"half", 0.5}};
  EXPECT_EQ(TextOf(object, "name"), "a");
  EXPECT_EQ(NumberOf(object, "count"), 3);
  for (const char* const key : {"count", "nothing", "absent"}) EXPECT_EQ(TextOf(object, key), "");
  for (const char* const key : {"name", "nothing", "half", "absent"}) {
    EXPECT_EQ(NumberOf(object, key), 0) << key;
  }
}

}  // namespace
}  // namespace sidecar::kube
