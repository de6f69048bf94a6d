#include "lib/inject/yaml_error.h"

#include <gtest/gtest.h>

namespace sidecar::inject {
namespace {

TEST(YamlErrorTest, FindsTheLineWhereThereIsOne) {
  EXPECT_EQ(LineOfYamlError("yaml: line 31: mapping values are not allowed in this context"), 31U);
  EXPECT_EQ(LineOfYamlError("yaml: control characters are not allowed"), 0U);
  EXPECT_EQ(LineOfYamlError("yaml: line x"), 0U);
}

}  // namespace
}  // namespace sidecar::inject
