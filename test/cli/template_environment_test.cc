#include "cli/template_environment.h"

#include <cstdlib>

#include <gtest/gtest.h>

namespace sidecar::cli {
namespace {

TEST(TemplateEnvironmentTest, OnlyWhatIsNamedCanBeRead) {
  setenv("SIDECAR_TEST_SHOWN", "a", 1);
  setenv("SIDECAR_TEST_HIDDEN", "b", 1);
  const gotemplate::Policy policy = TemplatePolicy({"SIDECAR_TEST_SHOWN", "SIDECAR_TEST_UNSET"});
  EXPECT_EQ(policy.environment("SIDECAR_TEST_SHOWN"), "a");
  EXPECT_EQ(policy.environment("SIDECAR_TEST_HIDDEN"), "");
  EXPECT_EQ(policy.environment("SIDECAR_TEST_UNSET"), "");
}

TEST(TemplateEnvironmentTest, ByDefaultNothingCanBeRead) {
  EXPECT_FALSE(TemplatePolicy({}).environment);
}

}  // namespace
}  // namespace sidecar::cli
