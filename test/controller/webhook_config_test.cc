#include "controller/webhook_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "controller/webhook_selector.h"
#include "lib/yaml/base64.h"

namespace sidecar::controller {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kCa = "-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n";

Json Created() {
  Json object = MakeWebhookConfiguration({}, WebhookApi::kV1, kCa);
  object["metadata"]["resourceVersion"] = "17";
  return object;
}

std::vector<std::string> Codes(const Json& object, const WebhookSpec& spec = {}) {
  std::vector<std::string> codes;
  for (const WebhookFinding& finding : InspectWebhook(object, spec)) codes.push_back(finding.code);
  return codes;
}

TEST(WebhookConfigurationTest, AsksOnlyAboutNewPodsInLabelledNamespaces) {
  const Json object = Created();
  EXPECT_EQ(object["apiVersion"], "admissionregistration.k8s.io/v1");
  const Json& webhook = object["webhooks"][0];
  EXPECT_EQ(webhook["sideEffects"], "None");
  EXPECT_EQ(webhook["admissionReviewVersions"], Json({"v1", "v1beta1"}));
  EXPECT_EQ(webhook["failurePolicy"], "Fail");
  EXPECT_EQ(webhook["clientConfig"]["caBundle"], yaml::EncodeBase64(kCa));

  const auto selectors = ReadSelectors(webhook);
  ASSERT_TRUE(selectors.has_value());
  EXPECT_TRUE(selectors->namespaces.Matches({{"istio-injection", "enabled"}}));
  EXPECT_FALSE(selectors->namespaces.Matches({}));
  EXPECT_FALSE(selectors->namespaces.Matches({{"istio-injection", "disabled"}}));
  for (const char* const name : {"kube-system", "kube-node-lease", "istio-system"}) {
    EXPECT_FALSE(selectors->namespaces.Matches(
        {{"istio-injection", "enabled"}, {"kubernetes.io/metadata.name", name}}))
        << name;
  }
  EXPECT_TRUE(selectors->objects.Matches({}));
  EXPECT_FALSE(selectors->objects.Matches({{"sidecar.istio.io/inject", "false"}}));
}

TEST(WebhookConfigurationTest, IsMadeAsAskedFor) {
  WebhookSpec spec;
  spec.configuration = "c";
  spec.webhook = "w.example.com";
  spec.service = "s";
  spec.service_namespace = "n";
  spec.service_port = 8443;
  spec.fail_closed = false;
  spec.timeout_seconds = 3;
  const Json object = MakeWebhookConfiguration(spec, WebhookApi::kV1Beta1, kCa);
  EXPECT_EQ(object["apiVersion"], "admissionregistration.k8s.io/v1beta1");
  EXPECT_EQ(object["metadata"]["name"], "c");
  const Json& webhook = object["webhooks"][0];
  EXPECT_EQ(webhook["failurePolicy"], "Ignore");
  EXPECT_EQ(webhook["timeoutSeconds"], 3);
  EXPECT_EQ(webhook["clientConfig"]["service"],
            Json::parse(R"({"name":"s","namespace":"n","path":"/inject","port":8443})"));
  EXPECT_THAT(Codes(object, spec), IsEmpty());
}

TEST(CaBundleTest, IsNotWrittenWhereItIsRight) {
  const CaBundleDecision decision = DecideCaBundle(Created(), {}, kCa);
  EXPECT_EQ(decision.state, CaBundleState::kEqual);
  EXPECT_EQ(decision.patch, "");
}

TEST(CaBundleTest, IsFilledInByNameAndNothingElse) {
  Json object = Created();
  object["webhooks"][0]["clientConfig"].erase("caBundle");
  const CaBundleDecision decision = DecideCaBundle(object, {}, kCa);
  EXPECT_EQ(decision.state, CaBundleState::kEmpty);
  EXPECT_EQ(
      Json::parse(decision.patch),
      Json({{"metadata", {{"resourceVersion", "17"}}},
            {"webhooks",
             Json::array({Json{{"name", "sidecar-injector.istio.io"},
                               {"clientConfig", {{"caBundle", yaml::EncodeBase64(kCa)}}}}})}}));
}

TEST(CaBundleTest, TellsWhatItReplaces) {
  Json object = Created();
  object["webhooks"][0]["clientConfig"]["caBundle"] = yaml::EncodeBase64("somebody's");
  EXPECT_EQ(DecideCaBundle(object, {}, kCa).state, CaBundleState::kOther);
  object["webhooks"][0]["clientConfig"]["caBundle"] = "";
  EXPECT_EQ(DecideCaBundle(object, {}, kCa).state, CaBundleState::kEmpty);
}

TEST(CaBundleTest, LeavesObjectsAloneThatDoNotHaveTheWebhook) {
  WebhookSpec spec;
  spec.webhook = "other.example.com";
  for (const Json& object : {Created(), Json(nullptr), Json::parse(R"({"webhooks":{}})"),
                             Json::parse(R"({"webhooks":[null,3,{"name":7}]})")}) {
    const CaBundleDecision decision = DecideCaBundle(object, spec, kCa);
    EXPECT_EQ(decision.state, CaBundleState::kNoWebhook) << object;
    EXPECT_EQ(decision.patch, "");
  }
}

TEST(CaBundleTest, IsReadDecoded) {
  Json object = Created();
  EXPECT_EQ(CaBundleOf(object, "sidecar-injector.istio.io"), kCa);
  EXPECT_EQ(CaBundleOf(object, "other.example.com"), std::nullopt);
  object["webhooks"][0]["clientConfig"]["caBundle"] = "no base64!";
  EXPECT_EQ(CaBundleOf(object, "sidecar-injector.istio.io"), "");
  object["webhooks"][0].erase("clientConfig");
  EXPECT_EQ(CaBundleOf(object, "sidecar-injector.istio.io"), "");
}

TEST(CaBundleTest, TellsWhoWroteItLast) {
  Json object = Created();
  EXPECT_EQ(LastCaBundleWriter(object, "sidecar-injector.istio.io"), "");
  const auto entry = [](const char* manager, const char* time, const char* webhook) {
    return Json{{"manager", manager},
                {"time", time},
                {"fieldsV1",
                 {{"f:webhooks",
                   {{std::string(R"(k:{"name":")") + webhook + "\"}",
                     {{"f:clientConfig", {{"f:caBundle", Json::object()}}}}}}}}}};
  };
  object["metadata"]["managedFields"] =
      Json::array({entry("kubectl", "2026-01-02T00:00:00Z", "sidecar-injector.istio.io"),
                   entry("helm", "2026-01-03T00:00:00Z", "sidecar-injector.istio.io"),
                   entry("someone", "2026-01-04T00:00:00Z", "other.example.com"), Json(3)});
  EXPECT_EQ(LastCaBundleWriter(object, "sidecar-injector.istio.io"), "helm");
}

TEST(WebhookFindingsTest, AreNoneForWhatWeMake) {
  EXPECT_THAT(Codes(Created()), IsEmpty());
  EXPECT_THAT(Codes(MakeWebhookConfiguration({}, WebhookApi::kV1Beta1, kCa)), IsEmpty());
}

TEST(WebhookFindingsTest, NameTheWebhooksThereAre) {
  WebhookSpec spec;
  spec.webhook = "mine.example.com";
  const auto findings = InspectWebhook(Created(), spec);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "WebhookMissing");
  EXPECT_THAT(findings[0].message, HasSubstr("sidecar-injector.istio.io"));
  EXPECT_THAT(Codes(Json(nullptr)), ElementsAre("WebhookMissing"));
}

TEST(WebhookFindingsTest, TellWhatKeepsPodsFromBeingInjected) {
  struct Case {
    const char* pointer;
    Json value;
    const char* code;
  };
  const Case cases[] = {
      {"/clientConfig/url", "https://127.0.0.1:8443/inject", "UsesUrl"},
      {"/clientConfig/service/name", "other", "OtherService"},
      {"/clientConfig/service/path", "/", "OtherPath"},
      {"/rules/0/operations", Json::array({"UPDATE"}), "NoPodRule"},
      {"/rules/0/resources", Json::array({"services"}), "NoPodRule"},
      {"/rules", nullptr, "NoPodRule"},
      {"/sideEffects", "Unknown", "RefusesDryRun"},
      {"/objectSelector/matchLabels/sidecar.istio.io~1inject", "false", "SelectsNothing"},
      {"/namespaceSelector/matchExpressions/0/operator", "Near", "BadSelector"},
      {"/namespaceSelector", Json::object(), "SelectsItself"},
  };
  for (const Case& c : cases) {
    Json object = Created();
    object["webhooks"][0][Json::json_pointer(c.pointer)] = c.value;
    EXPECT_THAT(Codes(object), ElementsAre(c.code)) << c.pointer;
  }
}

TEST(WebhookFindingsTest, AcceptWildcards) {
  Json object = Created();
  object["webhooks"][0]["rules"][0] = Json::parse(
      R"({"operations":["*"],"apiGroups":["*"],"apiVersions":["*"],"resources":["*"],"scope":"*"})");
  EXPECT_THAT(Codes(object), IsEmpty());
}

}  // namespace
}  // namespace sidecar::controller
