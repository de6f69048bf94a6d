#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/cli/run_program.h"

namespace sidecar::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(DiffTest, ShowsWhatAnInjectionAdds) {
  const Finished run = RunProgram({"diff", "-f", "-"},
                                  "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: i, name: "
                                  "mine}]}\nmetadata: {name: p}\n");
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.output, HasSubstr("--- before\n+++ after\n"));
  EXPECT_THAT(run.output, HasSubstr("\n+    name: istio-proxy\n"));
  EXPECT_THAT(run.output, Not(HasSubstr("\n-    name: mine")));
}

TEST(DiffTest, TheSameIsNoDifference) {
  const Finished run = RunProgram({"diff", "-f", "-"}, "kind:   Service # as it is\n");
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.output, "");
}

TEST(DiffTest, TroubleIsTold) {
  EXPECT_EQ(RunProgram({"diff", "-f", "-"}, "kind: [").exit_code, 2);
  EXPECT_EQ(RunProgram({"diff"}).exit_code, 2);
}

}  // namespace
}  // namespace sidecar::cli
