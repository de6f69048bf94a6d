#include "cli/commands/doctor_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::cli {
namespace {

using diagnose::Check;
using diagnose::CheckReport;
using diagnose::CheckStatus;
using testing::HasSubstr;

constexpr Check kCheck = {{"SomeCheck", diagnose::Severity::kError, "It must be.", "Mend it."},
                          nullptr};

std::vector<CheckReport> Reports() {
  return {
      {"group", &kCheck, CheckStatus::kOk, {}},
      {"group", &kCheck, CheckStatus::kSkipped, diagnose::Skip("forbidden")},
      {"other",
       &kCheck,
       CheckStatus::kError,
       {.findings = {{"Service/a", "is\x1bgone"}, {"", "second"}}, .skipped = "", .detail = ""}},
  };
}

TEST(DoctorOutputTest, APersonSeesGroupsAndHints) {
  EXPECT_EQ(RenderCheckup(Reports(), false),
            "group\n"
            "  ok       SomeCheck  It must be.\n"
            "  skipped  SomeCheck  forbidden\n"
            "\n"
            "other\n"
            "  error    SomeCheck  Service/a: is gone\n"
            "                      second\n"
            "           hint: Mend it.\n"
            "           see docs/CHECKS.md#somecheck\n");
  EXPECT_THAT(RenderCheckup(Reports(), true), HasSubstr("\x1b[31merror"));
}

TEST(DoctorOutputTest, AWideTableHasARowForEachFinding) {
  EXPECT_EQ(
      RenderWideCheckup(Reports(), false),
      "GROUP  STATUS   CODE       OBJECT     MESSAGE      HINT      DOCUMENTATION\n"
      "group  ok       SomeCheck  -          It must be.  -         docs/CHECKS.md#somecheck\n"
      "group  skipped  SomeCheck  -          forbidden    -         docs/CHECKS.md#somecheck\n"
      "other  error    SomeCheck  Service/a  is gone      Mend it.  docs/CHECKS.md#somecheck\n"
      "other  error    SomeCheck  -          second       Mend it.  docs/CHECKS.md#somecheck\n");
}

TEST(DoctorOutputTest, NamesAreThoseOfWhatIsWrong) {
  EXPECT_EQ(WriteCheckup(Reports(), "name"), "SomeCheck\n");
}

TEST(DoctorOutputTest, AProgramSeesTheSame) {
  const std::string json = WriteCheckup(Reports(), "json");
  EXPECT_THAT(json, HasSubstr(R"("skipped": "forbidden")"));
  EXPECT_THAT(json, HasSubstr(R"("object": "Service/a")"));
  EXPECT_THAT(json, HasSubstr(R"("remedy": "Mend it.")"));
  EXPECT_THAT(WriteCheckup(Reports(), "yaml"), HasSubstr("code: SomeCheck\n"));
  EXPECT_EQ(SummarizeCheckup(Reports()), "1 ok, 1 error, 0 warnings, 0 info, 1 skipped");
}

}  // namespace
}  // namespace sidecar::cli
