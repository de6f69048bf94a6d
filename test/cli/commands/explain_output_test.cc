#include "cli/commands/explain_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sidecar::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<Explained> Sample() {
  Explained good{"shop", "Pod/a", "a.yaml:1", {}};
  good.explanation.is_injected = true;
  good.explanation.reason = inject::Reason::kInjected;
  good.explanation.verdict = "Pod/a gets a sidecar";
  Explained bad{"shop", "Pod/b", "", {}};
  bad.explanation.steps = {{"endpoint", webhook::StepMark::kStops, "answers\nHostNetwork"}};
  bad.explanation.verdict = "Pod/b gets no sidecar";
  bad.explanation.remedy = "change it";
  return {good, bad};
}

TEST(ExplainOutputTest, PeopleSeeStepsVerdictAndRemedy) {
  const std::string text = RenderExplanations(Sample(), false);
  EXPECT_THAT(text, HasSubstr("endpoint  stops here  answers HostNetwork\n"));
  EXPECT_THAT(text, HasSubstr("Pod/b gets no sidecar\nRemedy: change it\n"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(RenderExplanations(Sample(), true), HasSubstr("\x1b[31mstops here"));
}

TEST(ExplainOutputTest, AWideTableHasARowForEachObject) {
  EXPECT_EQ(RenderWideExplanations(Sample(), false),
            "NAMESPACE  OBJECT  PLACE     SIDECAR  REASON    VERDICT                REMEDY\n"
            "shop       Pod/a   a.yaml:1  yes      Injected  Pod/a gets a sidecar   -\n"
            "shop       Pod/b   -         no       -         Pod/b gets no sidecar  change it\n");
}

TEST(ExplainOutputTest, ProgramsGetAnArray) {
  const auto json = nlohmann::json::parse(WriteExplanations(Sample(), "json"));
  ASSERT_EQ(json.size(), 2U);
  EXPECT_EQ(json[0].at("reason"), "Injected");
  EXPECT_EQ(json[0].at("place"), "a.yaml:1");
  EXPECT_EQ(json[1].at("steps").at(0).at("mark"), "stops here");
  EXPECT_THAT(WriteExplanations(Sample(), "yaml"), HasSubstr("remedy: change it\n"));
}

TEST(ExplainOutputTest, NamesAreOfWhatIsNotInjected) {
  EXPECT_EQ(WriteExplanations(Sample(), "name"), "Pod/b\n");
}

}  // namespace
}  // namespace sidecar::cli
