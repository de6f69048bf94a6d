#include "cli/commands/findings_output.h"

#include <gtest/gtest.h>

#include "cli/exit_codes.h"

namespace sidecar::cli {
namespace {

using diagnose::Finding;
using diagnose::Severity;

constexpr diagnose::Rule kRule = {"SomeRule", Severity::kWarning, "It should not be.",
                                  "Change it."};

TEST(FindingsOutputTest, TheSeverityMakesTheExitCode) {
  const std::vector<Finding> findings = {{.rule = &kRule,
                                          .object = "Pod/p",
                                          .namespace_name = "",
                                          .field = "",
                                          .file = "",
                                          .line = 0,
                                          .message = "m"}};
  testing::internal::CaptureStderr();
  EXPECT_EQ(ShowFindings(findings, {&kRule}, {.format = "name", .fail_on = "warning"}, "1 object"),
            kExitInputFailed);
  EXPECT_EQ(ShowFindings(findings, {&kRule}, {.format = "name", .fail_on = "error"}, "1 object"),
            kExitOk);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "0 errors, 1 warning and 0 remarks in 1 object\n"
            "0 errors, 1 warning and 0 remarks in 1 object\n");
}

TEST(FindingsOutputTest, CountsInWords) {
  EXPECT_EQ(Count(1, "object"), "1 object");
  EXPECT_EQ(Count(0, "object"), "0 objects");
}

}  // namespace
}  // namespace sidecar::cli
