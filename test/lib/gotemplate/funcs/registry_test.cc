#include "lib/gotemplate/funcs/registry.h"

#include <gtest/gtest.h>

#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate {
namespace {

bool Has(std::string_view set, std::string_view name) {
  return (*FindFunctions(set))->contains(name);
}

TEST(FindFunctionsTest, HasNoFunctionsInNone) {
  EXPECT_TRUE((*FindFunctions("none"))->empty());
}

TEST(FindFunctionsTest, KnowsWhichSetHasWhat) {
  EXPECT_TRUE(Has("sprig", "trunc"));
  EXPECT_TRUE(Has("sprig", "slice"));
  EXPECT_FALSE(Has("sprig", "toYaml"));
  EXPECT_FALSE(Has("sprig", "include"));
  EXPECT_FALSE(Has("sprig", "valueOrDefault"));
  EXPECT_TRUE(Has("istio", "trunc"));
  EXPECT_TRUE(Has("istio", "valueOrDefault"));
  EXPECT_FALSE(Has("istio", "include"));
  EXPECT_TRUE(Has("helm", "trunc"));
  EXPECT_TRUE(Has("helm", "toYaml"));
  EXPECT_FALSE(Has("helm", "env"));
  EXPECT_FALSE(Has("helm", "expandenv"));
}

TEST(FindFunctionsTest, NamesTheChoicesInTheError) {
  const auto found = FindFunctions("jinja");
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(found.error().message,
            "no template functions called 'jinja': choose none, sprig, istio or helm");
}

TEST(FindFunctionsTest, LetsIstioReplaceSprig) {
  EXPECT_EQ(funcs::Functions("sprig")("indent", {2, "a\nb"}), "  a\n  b");
  EXPECT_EQ(funcs::Functions("istio")("indent", {2, "a\nb"}), "a\n  b");
  EXPECT_EQ(funcs::Functions("helm")("indent", {2, "a\nb"}), "  a\n  b");
}

TEST(MakeIstioFunctionsTest, LeavesOutWhatLacksItsType) {
  EXPECT_FALSE(MakeIstioFunctions({}).contains("annotation"));
  const Type* const object_meta = funcs::DefineType(Kind::kStruct, "v1.ObjectMeta");
  const FunctionMap functions = MakeIstioFunctions({.object_meta = object_meta});
  EXPECT_TRUE(functions.contains("annotation"));
  EXPECT_FALSE(functions.contains("applicationPorts"));
  EXPECT_FALSE(functions.contains("formatDuration"));
}

}  // namespace
}  // namespace sidecar::gotemplate
