#include "controller/namespace_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sidecar::controller {
namespace {

using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

Json Namespace(const Json& labels) {
  return {{"metadata", {{"name", "shop"}, {"labels", labels}}}};
}

kubetypes::LabelSelector Selector(std::vector<kubetypes::LabelRequirement> requirements) {
  return {std::move(requirements)};
}
const kubetypes::LabelRequirement kWantsEnabled = {
    "istio-injection", kubetypes::LabelRequirement::Operator::kIn, {"enabled"}};

TEST(NamespaceViewTest, ReadsWhatTheLabelSays) {
  struct Case {
    Json labels;
    InjectionLabel injection;
    const char* name;
  };
  const Case cases[] = {
      {Json::object(), InjectionLabel::kNone, "none"},
      {nullptr, InjectionLabel::kNone, "none"},
      {"enabled", InjectionLabel::kNone, "none"},
      {{{"istio-injection", "enabled"}}, InjectionLabel::kEnabled, "enabled"},
      {{{"istio-injection", "disabled"}}, InjectionLabel::kDisabled, "disabled"},
      {{{"istio-injection", "Enabled"}}, InjectionLabel::kOther, "other"},
      {{{"istio-injection", 1}}, InjectionLabel::kNone, "none"},
  };
  for (const Case& c : cases) {
    const NamespaceView view = ViewNamespace(Namespace(c.labels));
    EXPECT_EQ(view.injection, c.injection) << c.labels;
    EXPECT_EQ(ToString(view.injection), c.name);
  }
}

TEST(NamespaceViewTest, KeepsAllLabels) {
  const NamespaceView view =
      ViewNamespace(Namespace({{"b", "2"}, {"a", "1"}, {"empty", ""}, {"no-text", 3}}));
  EXPECT_THAT(LabelsOf(view),
              UnorderedElementsAre(Pair("a", "1"), Pair("b", "2"), Pair("empty", "")));
  EXPECT_THAT(LabelsOf(NamespaceView{}), testing::IsEmpty());
}

TEST(NamespaceViewTest, ReadsWhenTheLabelWasSet) {
  Json object = Namespace({{"istio-injection", "enabled"}});
  EXPECT_EQ(ViewNamespace(object).labelled, std::nullopt);
  object["metadata"]["managedFields"] = Json::parse(R"([
    {"manager":"kubectl-create","time":"2020-01-01T00:00:00Z",
     "fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:team":{}}}}},
    {"manager":"argocd","time":"2026-08-01T12:00:09Z",
     "fieldsV1":{"f:metadata":{"f:labels":{"f:istio-injection":{}}}}},
    {"manager":"kubectl-label","time":"2026-08-01T12:00:00Z",
     "fieldsV1":{"f:metadata":{"f:labels":{"f:istio-injection":{}}}}}])");
  EXPECT_EQ(ViewNamespace(object).labelled,
            std::chrono::sys_seconds(std::chrono::seconds(1785585600)));
  object["metadata"]["labels"].erase("istio-injection");
  EXPECT_EQ(ViewNamespace(object).labelled, std::nullopt);
}

TEST(NamespaceViewTest, ManagedFieldsOfAnyShapeTellNothing) {
  for (const char* const text :
       {"3", "[3]", "[null]", R"([{"fieldsV1":3}])", R"([{"fieldsV1":{"f:metadata":[]}}])",
        R"([{"fieldsV1":{"f:metadata":{"f:labels":"x"}}}])",
        R"([{"fieldsV1":{"f:metadata":{"f:labels":{"f:istio-injection":{}}}}}])",
        R"([{"time":"soon","fieldsV1":{"f:metadata":{"f:labels":{"f:istio-injection":{}}}}}])"}) {
    Json object = Namespace({{"istio-injection", "enabled"}});
    object["metadata"]["managedFields"] = Json::parse(text);
    EXPECT_EQ(ViewNamespace(object).labelled, std::nullopt) << text;
  }
}

TEST(NamespaceViewTest, SeesThatANamespaceIsGoing) {
  Json object = Namespace(nullptr);
  EXPECT_FALSE(ViewNamespace(object).terminating);
  object["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  EXPECT_TRUE(ViewNamespace(object).terminating);
}

TEST(NamespaceViewTest, SurvivesObjectsOfAnyShape) {
  for (const char* const text : {"null", "[]", "3", R"({"metadata":[]})", R"({"metadata":null})",
                                 R"({"metadata":{"labels":[1]}})"}) {
    EXPECT_EQ(ViewNamespace(Json::parse(text)).injection, InjectionLabel::kNone) << text;
  }
}

TEST(NamespaceDriftTest, IsWhatLabelAndSelectorDisagreeAbout) {
  const auto selector = Selector({kWantsEnabled});
  const auto anything = Selector({});
  const NamespaceView enabled = ViewNamespace(Namespace({{"istio-injection", "enabled"}}));
  const NamespaceView disabled = ViewNamespace(Namespace({{"istio-injection", "disabled"}}));
  const NamespaceView none = ViewNamespace(Namespace(nullptr));

  EXPECT_EQ(FindDrift("shop", enabled, &selector, {}).drift, NamespaceDrift::kNone);
  EXPECT_EQ(FindDrift("shop", disabled, &selector, {}).drift, NamespaceDrift::kNone);
  EXPECT_EQ(FindDrift("shop", none, &selector, {}).drift, NamespaceDrift::kNone);
  // Who injects unless told otherwise means it so.
  EXPECT_EQ(FindDrift("shop", none, &anything, {}).drift, NamespaceDrift::kNone);

  const auto wants_team =
      Selector({kWantsEnabled, {"team", kubetypes::LabelRequirement::Operator::kIn, {"a", "b"}}});
  const DriftReport missed = FindDrift("shop", enabled, &wants_team, {});
  EXPECT_EQ(missed.drift, NamespaceDrift::kEnabledNotMatched);
  EXPECT_THAT(missed.message, HasSubstr("team in (a,b)"));

  EXPECT_EQ(FindDrift("shop", disabled, &anything, {}).drift, NamespaceDrift::kDisabledMatched);
}

TEST(NamespaceDriftTest, NamesNamespacesThatAreNeverInjected) {
  const NamespaceView enabled = ViewNamespace(Namespace({{"istio-injection", "enabled"}}));
  EXPECT_EQ(FindDrift("kube-system", enabled, nullptr, {"kube-system"}).drift,
            NamespaceDrift::kEnabledIgnored);
  EXPECT_EQ(
      FindDrift("kube-system", ViewNamespace(Namespace(nullptr)), nullptr, {"kube-system"}).drift,
      NamespaceDrift::kNone);
}

TEST(NamespaceDriftTest, SaysNothingOfAnUnknownWebhook) {
  const NamespaceView enabled = ViewNamespace(Namespace({{"istio-injection", "enabled"}}));
  EXPECT_EQ(FindDrift("shop", enabled, nullptr, {"kube-system"}).drift, NamespaceDrift::kNone);
}

}  // namespace
}  // namespace sidecar::controller
