#include <gtest/gtest.h>

#include "test/lib/gotemplate/funcs/calls.h"

namespace sidecar::gotemplate::funcs {
namespace {

TEST(EnvironmentFunctionsTest, ShowNothingByDefault) {
  Functions call;
  EXPECT_EQ(call("env", {"PATH"}), "");
  EXPECT_EQ(call("expandenv", {"a$PATH-b"}), "a-b");
}

TEST(EnvironmentFunctionsTest, ShowWhatThePolicyShows) {
  Policy policy;
  policy.environment = [](std::string_view name) { return "<" + std::string(name) + ">"; };
  Functions call("sprig", policy);
  EXPECT_EQ(call("env", {"A"}), "<A>");
  const struct {
    const char *text, *expanded;
  } kCases[] = {
      {"$A_1-${B c}.", "<A_1>-<B c>."},
      {"$$ $1x $* ${#}", "<$> <1>x <*> <#>"},
      {"100% $", "100% $"},
      {"$.", "$."},
      {"a${}b", "ab"},
      {"a${b", "ab"},
      {"", ""},
      {"$A$B", "<A><B>"},
  };
  for (const auto& one : kCases) EXPECT_EQ(call("expandenv", {one.text}), one.expanded) << one.text;
}

}  // namespace
}  // namespace sidecar::gotemplate::funcs
