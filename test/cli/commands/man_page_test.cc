#include "cli/commands/man_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/cli/commands/sample_program.h"

namespace sidecar::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ManPageTest, EveryVisibleFlagHasAnEntry) {
  const SampleProgram program;
  const std::string page = ManPage(program.app, "1.2.3");
  EXPECT_THAT(page, HasSubstr("tool 1.2.3"));
  EXPECT_THAT(page, HasSubstr(".SH NAME\ntool \\- Does things to files\n"));
  EXPECT_THAT(page, HasSubstr("\\fB\\-f\\fR, \\fB\\-\\-file\\fR \\fIFILE\\fR\nThe file to read\n"));
  EXPECT_THAT(page, HasSubstr("One of \\fBfast\\fR \\fBslow\\fR."));
  EXPECT_THAT(page, HasSubstr("tool run \\-f a.yaml"));
  EXPECT_THAT(page, Not(HasSubstr("secret")));
}

TEST(ManPageTest, ALineOfTextIsNeverReadAsAMacro) {
  CLI::App app("First\n.SH not a heading\n'quoted\\slash", "tool");
  const std::string page = ManPage(app, "1");
  EXPECT_THAT(page, HasSubstr("\n\\&.SH not a heading\n\\&'quoted\\eslash"));
}

}  // namespace
}  // namespace sidecar::cli
