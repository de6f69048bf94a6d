#include "lib/diagnose/injection_scope.h"

#include "test/lib/diagnose/objects.h"

namespace sidecar::diagnose {
namespace {

constexpr std::string_view kNamespaces = R"(
{kind: Namespace, metadata: {name: labelled, labels: {istio-injection: enabled}}}
---
{kind: Namespace, metadata: {name: canary, labels: {istio.io/rev: canary}}}
---
{kind: Namespace, metadata: {name: plain}}
)";

// As Istio 1.10 has it for a revision, and somebody else's webhook.
constexpr std::string_view kRevision = R"(
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: istio-sidecar-injector-canary}
webhooks:
- name: rev.namespace.sidecar-injector.istio.io
  clientConfig: {service: {namespace: istio-system, name: istiod-canary, path: /inject}}
  rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
  namespaceSelector: {matchExpressions: [{key: istio.io/rev, operator: In, values: [canary]}]}
  objectSelector: {matchExpressions: [{key: sidecar.istio.io/inject, operator: NotIn, values: ["false"]}]}
- name: rev.object.sidecar-injector.istio.io
  clientConfig: {service: {namespace: istio-system, name: istiod-canary, path: /inject}}
  rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
  namespaceSelector: {matchExpressions: [{key: istio.io/rev, operator: DoesNotExist}]}
  objectSelector: {matchLabels: {istio.io/rev: canary}}
- name: everything.example.com
  clientConfig: {url: "https://127.0.0.1/other"}
  rules: [{operations: ["*"], apiGroups: ["*"], apiVersions: ["*"], resources: ["*"]}]
)";

TEST(InjectionScopeTest, WithoutAWebhookTheLabelDecides) {
  ObjectSet set;
  AddFile(set, kNamespaces);
  const Result<InjectionScope> scope = ScopeOf(set, false);
  ASSERT_TRUE(scope.has_value());
  EXPECT_EQ(scope->SelectionOf("labelled", {}), Selection::kSelected);
  EXPECT_EQ(scope->SelectionOf("canary", {}), Selection::kNone);
  EXPECT_EQ(scope->SelectionOf("unknown", {}), Selection::kNone);
}

TEST(InjectionScopeTest, OnlyUnknownNamespacesAreAssumed) {
  ObjectSet set;
  AddFile(set, kNamespaces);
  const Result<InjectionScope> scope = ScopeOf(set, true);
  EXPECT_EQ(scope->SelectionOf("unknown", {}), Selection::kSelected);
  EXPECT_EQ(scope->SelectionOf("plain", {}), Selection::kNone);
}

TEST(InjectionScopeTest, TheSelectorsOfTheInjectorsWebhooksDecide) {
  ObjectSet set;
  AddFile(set, kNamespaces);
  AddFile(set, kRevision);
  const Result<InjectionScope> scope = ScopeOf(set, false);
  ASSERT_TRUE(scope.has_value());
  EXPECT_EQ(scope->SelectionOf("canary", {}), Selection::kSelected);
  EXPECT_EQ(scope->SelectionOf("canary", {{"sidecar.istio.io/inject", "false"}}),
            Selection::kExcluded);
  EXPECT_EQ(scope->SelectionOf("plain", {{"istio.io/rev", "canary"}}), Selection::kSelected);
  // The label that the pod lacks makes it no member; it has not opted out.
  EXPECT_EQ(scope->SelectionOf("plain", {}), Selection::kNone);
  EXPECT_EQ(scope->SelectionOf("labelled", {}), Selection::kNone);
}

TEST(InjectionScopeTest, NamespacesHaveTheirName) {
  const kubetypes::Labels labels = NamespaceLabels("shop", kubetypes::Labels(), true);
  EXPECT_EQ(labels, (kubetypes::Labels{{"kubernetes.io/metadata.name", "shop"}}));
}

TEST(InjectionScopeTest, ASelectorThatNoServerAcceptsIsAnError) {
  ObjectSet set;
  AddFile(set, R"({kind: MutatingWebhookConfiguration, metadata: {name: m}, webhooks: [{name: w,
      namespaceSelector: {matchExpressions: [{key: a, operator: Like}]}}]})");
  EXPECT_FALSE(ScopeOf(set, false).has_value());
}

}  // namespace
}  // namespace sidecar::diagnose
