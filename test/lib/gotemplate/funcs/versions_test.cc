#include <gtest/gtest.h>

#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

std::string Method(const Value& version, std::string_view name, Arguments arguments = {}) {
  Arena arena;
  std::vector<Value> values = {version};
  for (const Argument& argument : arguments) values.push_back(argument.value);
  const MethodMatch* const match = FindMethod(version.type()->element, name);
  try {
    return std::string(PrintValue(match->method->function.body(arena, values), arena));
  } catch (const FunctionError& error) {
    return std::string("error: ") + error.what();
  }
}

TEST(VersionFunctionsTest, MakeVersionsWithMethods) {
  Functions call;
  const Value version = call.Call("semver", {"v1.2.3-beta.1+build.5"});
  EXPECT_EQ(version.type()->name, "*semver.Version");
  EXPECT_EQ(Method(version, "Major"), "1");
  EXPECT_EQ(Method(version, "Minor"), "2");
  EXPECT_EQ(Method(version, "Patch"), "3");
  EXPECT_EQ(Method(version, "Prerelease"), "beta.1");
  EXPECT_EQ(Method(version, "Metadata"), "build.5");
  EXPECT_EQ(Method(version, "Original"), "v1.2.3-beta.1+build.5");
  EXPECT_EQ(Method(version, "String"), "1.2.3-beta.1+build.5");
  EXPECT_EQ(Method(version, "IncPatch"), "1.2.3");
  EXPECT_EQ(Method(version, "IncMinor"), "1.3.0");
  EXPECT_EQ(Method(version, "IncMajor"), "2.0.0");
  EXPECT_EQ(Method(version, "SetPrerelease", {"rc"}), "1.2.3-rc+build.5");
  EXPECT_EQ(Method(version, "SetPrerelease", {"01"}), "error: Version segment starts with 0");
  EXPECT_EQ(Method(version, "SetMetadata", {"_"}), "error: Invalid Metadata string");
  EXPECT_EQ(call.Show(version), "\"1.2.3-beta.1+build.5\"");
}

TEST(VersionFunctionsTest, CompareVersions) {
  Functions call;
  const Value one = call.Call("semver", {"1.2.3"});
  const Value other = call.Call("semver", {"1.10.0"});
  EXPECT_EQ(Method(one, "Compare", {other}), "-1");
  EXPECT_EQ(Method(one, "LessThan", {other}), "true");
  EXPECT_EQ(Method(one, "LessThanEqual", {one}), "true");
  EXPECT_EQ(Method(one, "GreaterThan", {other}), "false");
  EXPECT_EQ(Method(one, "GreaterThanEqual", {other}), "false");
  EXPECT_EQ(Method(one, "Equal", {one}), "true");
  EXPECT_EQ(Method(one, "Equal", {Value::Pointer(nullptr, one.type())}),
            "error: runtime error: invalid memory address or nil pointer dereference");
}

TEST(VersionFunctionsTest, CheckConstraints) {
  Functions call;
  EXPECT_EQ(call("semverCompare", {"^1.2.0", "1.3.0"}), "true");
  EXPECT_EQ(call("semverCompare", {"~1.2.0", "1.3.0"}), "false");
  EXPECT_EQ(call("semverCompare", {"bad", "1.0.0"}), "error: improper constraint: bad");
  EXPECT_EQ(call("semverCompare", {"1.0.0", "bad"}), "error: Invalid Semantic Version");
  EXPECT_EQ(call("semver", {"1.2.3.4"}), "error: Invalid Semantic Version");
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
