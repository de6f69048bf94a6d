#include "controller/namespace_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::controller {
namespace {

using testing::HasSubstr;

using Namespaces = std::vector<std::pair<std::string, std::shared_ptr<const NamespaceView>>>;

void Add(Namespaces& all, const std::string& name, InjectionLabel label, bool terminating = false) {
  NamespaceView view;
  view.injection = label;
  view.terminating = terminating;
  all.emplace_back(name, std::make_shared<const NamespaceView>(std::move(view)));
}

TEST(NamespaceRowsTest, EachStateIsTold) {
  Namespaces all;
  Add(all, "a", InjectionLabel::kEnabled);
  Add(all, "b", InjectionLabel::kDisabled);
  Add(all, "c", InjectionLabel::kOther);
  Add(all, "d", InjectionLabel::kNone);
  Add(all, "e", InjectionLabel::kEnabled, true);
  Add(all, "kube-system", InjectionLabel::kNone);
  const ui::NamespacesPart part = ShowNamespaces(all, nullptr, {"kube-system"});
  ASSERT_EQ(part.rows.size(), 6U);
  EXPECT_EQ(part.total, 6U);
  EXPECT_EQ(part.rows[0].state, "enabled");
  EXPECT_EQ(part.rows[0].tone, ui::Tone::kGood);
  EXPECT_EQ(part.rows[1].state, "disabled");
  EXPECT_EQ(part.rows[2].state, "unknown value");
  EXPECT_EQ(part.rows[3].name, "e");
  EXPECT_EQ(part.rows[3].remark, "is being deleted");
  EXPECT_EQ(part.rows[4].state, "no label");
  EXPECT_EQ(part.rows[5].remark, "never injected");
}

TEST(NamespaceRowsTest, WhereLabelAndWebhookDisagreeComesFirst) {
  Namespaces all;
  Add(all, "a", InjectionLabel::kNone);
  Add(all, "b", InjectionLabel::kEnabled);
  Add(all, "kube-system", InjectionLabel::kEnabled);
  const ui::NamespacesPart part = ShowNamespaces(all, nullptr, {"kube-system"});
  EXPECT_EQ(part.rows[0].name, "kube-system");
  EXPECT_EQ(part.rows[0].tone, ui::Tone::kBad);
  EXPECT_THAT(part.rows[0].remark, HasSubstr("nothing is ever injected"));
  EXPECT_EQ(part.rows[1].name, "b");
  EXPECT_EQ(part.rows[2].name, "a");
}

TEST(NamespaceRowsTest, BeyondSomeHundredTheyAreCounted) {
  Namespaces all;
  for (int i = 0; i < 700; ++i) Add(all, "n" + std::to_string(i), InjectionLabel::kNone);
  Add(all, "z", InjectionLabel::kEnabled);
  const ui::NamespacesPart part = ShowNamespaces(all, nullptr, {});
  EXPECT_EQ(part.rows.size(), kMostNamespaceRows);
  EXPECT_EQ(part.total, 701U);
  EXPECT_EQ(part.rows.front().name, "z");
}

}  // namespace
}  // namespace sidecar::controller
