#include "lib/diagnose/webhook_view.h"

#include "test/lib/diagnose/objects.h"

namespace sidecar::diagnose {
namespace {

constexpr std::string_view kConfiguration = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: injector}
webhooks:
- name: sidecar-injector.istio.io
  clientConfig:
    caBundle: Q0E=
    service: {namespace: istio-system, name: injector, path: /inject}
  rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
  namespaceSelector: {matchLabels: {istio-injection: enabled}}
  objectSelector: {matchExpressions: [{key: sidecar.istio.io/inject, operator: NotIn, values: ["false"]}]}
  matchConditions: [{name: a, expression: "true"}]
- name: other.example.com
  failurePolicy: Ignore
  clientConfig: {url: "https://127.0.0.1/x"}
  rules: [{operations: [UPDATE], apiGroups: ["*"], apiVersions: ["*"], resources: ["*"]}]
)";

std::vector<WebhookView> Read(ObjectSet& set, std::string_view text) {
  AddFile(set, text);
  return ReadWebhooks(set.objects().back()).value();
}

TEST(WebhookViewTest, ReadsWhatTheApiServerGoesBy) {
  ObjectSet set;
  const auto webhooks = Read(set, kConfiguration);
  ASSERT_EQ(webhooks.size(), 2U);
  EXPECT_EQ(webhooks[0].configuration, "injector");
  EXPECT_EQ(webhooks[0].target, "istio-system/injector:443/inject");
  EXPECT_EQ(webhooks[0].service_namespace, "istio-system");
  EXPECT_EQ(webhooks[0].service_name, "injector");
  EXPECT_EQ(webhooks[0].ca_bundle, "Q0E=");
  EXPECT_TRUE(webhooks[0].sees_pod_creation);
  EXPECT_FALSE(webhooks[0].fails_open);
  EXPECT_EQ(webhooks[0].match_conditions, std::vector<std::string>{"true"});
  EXPECT_EQ(webhooks[1].target, "https://127.0.0.1/x");
  EXPECT_EQ(webhooks[1].service_name, "");
  EXPECT_FALSE(webhooks[1].sees_pod_creation);
  EXPECT_TRUE(webhooks[1].fails_open);
}

TEST(WebhookViewTest, TheOldVersionFailsOpenByDefault) {
  ObjectSet set;
  const auto webhooks = Read(set, R"(
apiVersion: admissionregistration.k8s.io/v1beta1
kind: MutatingWebhookConfiguration
webhooks: [{name: a.b.c}]
)");
  EXPECT_TRUE(webhooks[0].fails_open);
}

TEST(WebhookViewTest, TellsWhyItIsNotCalled) {
  ObjectSet set;
  const auto webhooks = Read(set, kConfiguration);
  const kubetypes::Labels enabled = {{"istio-injection", "enabled"}};
  EXPECT_EQ(WhyNotCalled(webhooks[0], enabled, {}), "");
  EXPECT_EQ(WhyNotCalled(webhooks[0], {}, {}),
            "namespace label istio-injection=enabled is missing");
  EXPECT_EQ(WhyNotCalled(webhooks[0], {{"istio-injection", "disabled"}}, {}),
            "namespace label istio-injection=disabled does not satisfy istio-injection=enabled");
  EXPECT_EQ(WhyNotCalled(webhooks[0], enabled, {{"sidecar.istio.io/inject", "false"}}),
            "pod label sidecar.istio.io/inject=false does not satisfy "
            "sidecar.istio.io/inject!=false");
  EXPECT_EQ(WhyNotCalled(webhooks[1], enabled, {}),
            "its rules do not include the creation of pods");
}

TEST(WebhookViewTest, NamesASelectorThatMakesNoSense) {
  ObjectSet set;
  AddFile(set, R"(
kind: MutatingWebhookConfiguration
metadata: {name: injector}
webhooks: [{name: a.b.c, namespaceSelector: {matchExpressions: [{key: a, operator: In}]}}]
)");
  EXPECT_EQ(ReadWebhooks(set.objects()[0]).error().message,
            "MutatingWebhookConfiguration/injector: webhook \"a.b.c\": namespaceSelector: "
            "matchExpressions of key \"a\": operator In needs values");
}

}  // namespace
}  // namespace sidecar::diagnose
