#include "lib/ui/sections.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::ui {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const WallTime kNow(std::chrono::seconds(1'795'431'184));

std::string Written(const std::function<void(Html&)>& append) {
  Html html;
  append(html);
  return html.Take();
}

std::string Bar(std::chrono::seconds age, std::chrono::seconds left) {
  CertificateRow row;
  row.not_before = kNow - age;
  row.not_after = kNow + left;
  return Written([&](Html& html) { AppendCertificates({row}, kNow, html); });
}

TEST(SectionsTest, TheBarOfACertificateTellsWhatIsLeft) {
  EXPECT_THAT(
      Bar(30 * 24h, 60 * 24h),
      AllOf(HasSubstr("class=\"bar good\""), HasSubstr("67 % of its life is left"),
            HasSubstr("class=\"fill\" width=\"67\""), HasSubstr("60 days left of 90 days")));
  EXPECT_THAT(Bar(80h, 20h), HasSubstr("class=\"bar note\""));
  EXPECT_THAT(Bar(95h, 5h), HasSubstr("class=\"bar bad\""));
  EXPECT_THAT(Bar(90h, -3h), AllOf(HasSubstr("class=\"bar bad\""), HasSubstr("width=\"0\""),
                                   HasSubstr("expired 3 hours ago")));
  EXPECT_THAT(Bar(-2h, 90h), AllOf(HasSubstr("class=\"bar bad\""), HasSubstr("width=\"100\""),
                                   HasSubstr("not valid for 2 hours yet")));
  EXPECT_THAT(Bar(0s, 0s), HasSubstr("expired less than a minute ago"));
}

TEST(SectionsTest, WithoutAnythingItSaysWhatIsMissing) {
  EXPECT_THAT(Written([](Html& html) { AppendConfiguration({}, html); }),
              HasSubstr("no usable configuration yet"));
  EXPECT_THAT(Written([](Html& html) { AppendCertificates({}, kNow, html); }),
              HasSubstr("no certificate yet"));
  EXPECT_THAT(Written([](Html& html) { AppendDecisions({}, kNow, html); }),
              HasSubstr("Nobody has asked yet"));
  EXPECT_THAT(Written([](Html& html) { AppendNamespaces(std::nullopt, html); }),
              HasSubstr("Not watched"));
  EXPECT_THAT(Written([](Html& html) { AppendNamespaces(NamespacesPart{}, html); }),
              HasSubstr("None is known yet"));
  EXPECT_THAT(
      Written([](Html& html) { AppendSummary({}, html); }),
      AllOf(HasSubstr("Not ready"), HasSubstr("0 of 0 conditions"), Not(HasSubstr("Role"))));
}

TEST(SectionsTest, NamespacesBeyondTheRowsAreCounted) {
  const NamespacesPart some{{{"default", "enabled", Tone::kGood, ""}}, 3};
  EXPECT_THAT(Written([&](Html& html) { AppendNamespaces(some, html); }),
              HasSubstr("and 2 others."));
  const NamespacesPart all{{{"default", "enabled", Tone::kGood, ""}}, 1};
  EXPECT_THAT(Written([&](Html& html) { AppendNamespaces(all, html); }), Not(HasSubstr("other")));
}

TEST(SectionsTest, TheFormKeepsWhatWasPasted) {
  EXPECT_THAT(Written([](Html& html) { AppendForm("\n</textarea><b>", "too long", html); }),
              AllOf(HasSubstr("required>\n\n&lt;/textarea&gt;&lt;b&gt;</textarea>"),
                    HasSubstr("role=\"alert\"><strong>too long<")));
  EXPECT_THAT(Written([](Html& html) { AppendForm("", "", html); }),
              AllOf(HasSubstr("kind: Pod"), Not(HasSubstr("alert"))));
}

TEST(SectionsTest, ATrialShowsOnlyWhatThereIs) {
  TrialPart trial;
  trial.verdict = "TemplateError";
  trial.message = "line <3>";
  EXPECT_THAT(Written([&](Html& html) { AppendTrial(trial, html); }),
              AllOf(HasSubstr("line &lt;3&gt;"), Not(HasSubstr("What the template printed")),
                    Not(HasSubstr("The patch"))));
}

TEST(SectionsTest, ConditionsAreOpenWhereThereIsSomethingToRead) {
  Overview overview;
  overview.ready = true;
  overview.conditions = {{"listener", true, ""}};
  const auto summary = [&] { return Written([&](Html& html) { AppendSummary(overview, html); }); };
  EXPECT_THAT(summary(), AllOf(HasSubstr("1 of 1 condition<"), HasSubstr("class=\"conditions\">")));
  overview.conditions[0].remark = "the last reload failed";
  EXPECT_THAT(summary(), HasSubstr("class=\"conditions\" open>"));
}

}  // namespace
}  // namespace sidecar::ui
