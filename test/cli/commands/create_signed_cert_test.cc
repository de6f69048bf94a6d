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

TEST(CreateSignedCertTest, AServiceThatCannotExistIsAUsageError) {
  for (const std::string name : {"", "Bad_Name", "a.b", "-a", "a-", "a/b"}) {
    const Finished done = RunProgram({"create-signed-cert", "--service=" + name});
    EXPECT_EQ(done.exit_code, 2) << name;
    EXPECT_THAT(done.errors, HasSubstr("for \"--service\" flag: must be the name of a Service"));
  }
}

}  // namespace
}  // namespace sidecar::cli
