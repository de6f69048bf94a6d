#include "lib/diagnose/doctor/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/cli/doctor/cluster.h"

namespace sidecar::cli {
namespace {

using testing::HasSubstr;

TEST(DoctorTest, NamesWhatIsWrongAndSaysSoByItsExitCode) {
  DoctorCluster cluster;
  const Finished run = RunProgram({"doctor", "-c", cluster.config()});
  EXPECT_EQ(run.exit_code, 1) << run.errors;
  EXPECT_THAT(run.output, HasSubstr("  error    CaBundleMissing"));
  EXPECT_THAT(run.output, HasSubstr("  skipped  CaBundleMismatch"));
  EXPECT_THAT(run.output, HasSubstr("  error    ProbeNotInjected"));
  EXPECT_THAT(run.output, HasSubstr("  ok       NoReadyReplica"));
  EXPECT_THAT(run.errors, HasSubstr(" errors, "));
  EXPECT_THAT(RunProgram({"doctor", "-c", cluster.config(), "-o", "json"}).output,
              HasSubstr(R"("code": "CaBundleMissing")"));
}

TEST(DoctorTest, ACommandLineThatMakesNoSenseIsRefused) {
  EXPECT_EQ(RunProgram({"doctor", "--compat", "9"}).exit_code, 2);
  EXPECT_EQ(RunProgram({"doctor", "-o", "sarif"}).exit_code, 2);
  EXPECT_EQ(RunProgram({"doctor", "-c", "/no/such/file"}).exit_code, 1);
}

TEST(DoctorTest, EveryCheckIsDocumented) {
  const std::string page = ReadFile(std::string(SIDECAR_SOURCE_DIR) + "/docs/CHECKS.md");
  for (const diagnose::CheckGroup& group : diagnose::DoctorChecks()) {
    for (const diagnose::Check* const check : group.checks) {
      const diagnose::Rule& rule = check->rule;
      EXPECT_THAT(page, HasSubstr("## " + std::string(rule.code) + "\n\n*" +
                                  std::string(ToString(rule.severity)) + ".* " +
                                  std::string(rule.summary)));
      EXPECT_THAT(page, HasSubstr("**Remedy:** " + std::string(rule.remedy)));
    }
  }
}

}  // namespace
}  // namespace sidecar::cli
