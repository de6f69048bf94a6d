#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/cli/run_program.h"

namespace sidecar::cli {
namespace {

using testing::HasSubstr;

TEST(SelftestTest, AnUnusableKubeconfigIsNamed) {
  const Folder folder;
  const std::string path = folder / "config";
  WriteFile(path, "apiVersion: v1\nkind: Config\ncurrent-context: nowhere\n");
  const Finished finished = RunProgram({"selftest", "--kubeconfig", path});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_EQ(finished.output, "");
  EXPECT_THAT(finished.errors, HasSubstr("nowhere"));
}

TEST(SelftestTest, AnApiServerThatIsNotThereIsAFailure) {
  const Folder folder;
  const std::string path = folder / "config";
  // Nobody listens on the port of a discarded protocol.
  WriteFile(path,
            "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
            "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:9'}}]\n"
            "contexts: [{name: c, context: {cluster: c, user: ''}}]\n");
  const Finished finished = RunProgram({"selftest", "--kubeconfig", path, "--timeout", "0s"});
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.errors, HasSubstr("Error: "));
}

TEST(SelftestTest, ADurationThatIsNoneIsAUsageError) {
  EXPECT_EQ(RunProgram({"selftest", "--timeout", "soon"}).exit_code, 2);
}

}  // namespace
}  // namespace sidecar::cli
