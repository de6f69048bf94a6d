#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/cli/run_program.h"

namespace sidecar::cli {
namespace {

using ::testing::HasSubstr;

TEST(UninjectCommandTest, UndoesKubeInject) {
  const std::string sample = std::string(SIDECAR_SOURCE_DIR) + "/config/samples/sleep.yaml";
  const Finished injected = RunProgram({"kube-inject", "-f", sample});
  ASSERT_EQ(injected.exit_code, 0);
  const Finished back = RunProgram({"uninject", "-f", "-"}, injected.output);
  EXPECT_EQ(back.exit_code, 0);
  EXPECT_THAT(back.errors, HasSubstr("removed (istio-init, enable-core-dump, istio-proxy)"));
  EXPECT_THAT(back.output, ::testing::Not(HasSubstr("istio")));
  // Injected again, it is what it was.
  EXPECT_EQ(RunProgram({"kube-inject", "-f", "-"}, back.output).output, injected.output);
}

TEST(UninjectCommandTest, WritesNothingIfAnInputIsBroken) {
  const Folder folder;
  const std::string file = folder / "out.yaml";
  WriteFile(file, "before");
  const Finished run = RunProgram({"uninject", "-f", "-", "-o", file}, "kind: Pod\n---\nkind: [\n");
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.errors, HasSubstr("standard input:"));
  EXPECT_EQ(ReadFile(file), "before");
  EXPECT_EQ(RunProgram({"uninject"}).exit_code, 2);
}

}  // namespace
}  // namespace sidecar::cli
