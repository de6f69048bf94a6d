#include "cli/commands/status_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sidecar::cli {
namespace {

using diagnose::InjectionTally;
using testing::HasSubstr;
using testing::Not;

// A missing one, one outside of the mesh, and a failed owner.
InjectionTally Sample() {
  InjectionTally tally({});
  diagnose::ObjectSet set;
  for (const char* const text :
       {"kind: Pod\nmetadata: {name: a, namespace: in, uid: x}\nspec: {}\n",
        "kind: Pod\nmetadata: {name: b, namespace: out, uid: y}\nspec: "
        "{}\n"}) {
    EXPECT_TRUE(set.AddDocument(text, {}).has_value());
  }
  for (const diagnose::Object& object : set.objects()) {
    tally.AddPod(*diagnose::FindPodTemplate(object), object.namespace_name == "in"
                                                         ? diagnose::Selection::kSelected
                                                         : diagnose::Selection::kNone);
  }
  tally.AddFailure({"in", "Deployment", "web"}, "denied");
  return tally;
}

TEST(StatusOutputTest, PeopleSeeWhatIsInTheMesh) {
  const std::string text = RenderStatus(Sample(), false, false);
  EXPECT_THAT(text, HasSubstr("Pod/a"));
  EXPECT_THAT(text, HasSubstr("missing"));
  EXPECT_THAT(text, Not(HasSubstr("Pod/b")));
  const std::string wide = RenderStatus(Sample(), true, false);
  EXPECT_THAT(wide, HasSubstr("Pod/b"));
  EXPECT_THAT(wide, HasSubstr("denied"));
  EXPECT_EQ(RenderStatus(InjectionTally({}), false, false), "");
}

TEST(StatusOutputTest, ProgramsGetNamespacesOwnersAndTotals) {
  const auto report = nlohmann::json::parse(WriteStatus(Sample(), "abc", "json"));
  EXPECT_EQ(report.at("currentVersion"), "abc");
  EXPECT_EQ(report.at("total").at("missing"), 1);
  EXPECT_EQ(report.at("namespaces").size(), 2U);
  EXPECT_EQ(report.at("owners").size(), 3U);
  EXPECT_THAT(WriteStatus(Sample(), "abc", "yaml"), HasSubstr("currentVersion: abc\n"));
}

TEST(StatusOutputTest, NamesAreOfOwnersThatNeedWork) {
  EXPECT_EQ(WriteStatus(Sample(), "", "name"), "Deployment/web\nPod/a\n");
}

TEST(StatusOutputTest, TheSummaryCountsPods) {
  EXPECT_EQ(SummarizeStatus(Sample()),
            "0 pods injected, 0 stale, 1 missing, 0 opted out, 1 failed");
}

}  // namespace
}  // namespace sidecar::cli
