#include "cli/commands/controller.h"

#include <gtest/gtest.h>

#include "cli/exit_codes.h"

namespace sidecar::cli {
namespace {

TEST(ControllerCommandTest, AWrongFlagIsAUsageError) {
  ControllerFlags flags;
  flags.certificate_mode = "none";
  EXPECT_EQ(RunController(std::move(flags)), kExitUsage);
}

TEST(ControllerCommandTest, WithoutAClusterItSaysSo) {
  ControllerFlags flags;
  flags.kubeconfig.path = "/nonexistent/kubeconfig";
  EXPECT_EQ(RunController(std::move(flags)), 1);
}

}  // namespace
}  // namespace sidecar::cli
