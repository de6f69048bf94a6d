#include <gtest/gtest.h>

#include "test/cli/run_program.h"

namespace sidecar::cli {
namespace {

TEST(ConfigCommandTest, PrintsWhatTheProgramCarries) {
  for (const std::string name : {"release", "debug"}) {
    const Finished run = RunProgram({"config", "defaults", name});
    EXPECT_EQ(run.exit_code, 0);
    EXPECT_EQ(run.output,
              ReadFile(std::string(SIDECAR_SOURCE_DIR) + "/config/injection/" + name + ".yaml"));
  }
  EXPECT_EQ(RunProgram({"config", "defaults"}).output,
            RunProgram({"config", "defaults", "release"}).output);
  EXPECT_EQ(RunProgram({"config"}).exit_code, 2);
  EXPECT_EQ(RunProgram({"config", "defaults", "none"}).exit_code, 2);
}

}  // namespace
}  // namespace sidecar::cli
