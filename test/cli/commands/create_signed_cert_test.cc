#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/cli/run_program.h"

namespace sidecar::cli {
namespace {

using testing::HasSubstr;

// What it does in a cluster is tested where there is one: e2e/scenarios/test_commands.py; each of
// its steps, by controller/certs/csr_issuer_test.cc.

TEST(CreateSignedCertTest, AnUnreadableKubeconfigIsNamed) {
  const Folder folder;
  const Finished done = RunProgram({"create-signed-cert", "--kubeconfig", folder / "absent"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.errors, HasSubstr(folder / "absent"));
}

TEST(CreateSignedCertTest, ATimeoutThatIsNoDurationIsAUsageError) {
  const Finished done = RunProgram({"create-signed-cert", "--timeout=soon"});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_THAT(done.errors, HasSubstr("invalid argument \"soon\" for \"--timeout\" flag"));
}

}  // namespace
}  // namespace sidecar::cli
