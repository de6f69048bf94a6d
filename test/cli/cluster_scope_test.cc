#include "cli/cluster_scope.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lib/kube/protocol/resources.h"
#include "test/cli/cluster_test.h"
#include "test/cli/webhook_object.h"

namespace sidecar::cli {
namespace {

using diagnose::Selection;

using ClusterScopeTest = ClusterTest;

TEST_F(ClusterScopeTest, GoesByTheClustersSelectors) {
  server_.Put(kube::kMutatingWebhooks, WebhookConfiguration("istio.io/rev", "canary"));
  server_.Put(kube::kNamespaces,
              {{"metadata", {{"name", "shop"}, {"labels", {{"istio.io/rev", "canary"}}}}}});
  ClusterClient client = Connect();
  for (const char* const space : {"", "shop"}) {
    const auto scope = FetchScope(client, space, false);
    ASSERT_TRUE(scope.has_value()) << scope.error().message;
    EXPECT_EQ(scope->SelectionOf("shop", {}), Selection::kSelected);
    EXPECT_EQ(scope->SelectionOf("shop", {{"sidecar", "no"}}), Selection::kExcluded);
  }
}

TEST_F(ClusterScopeTest, AnOldServerHasOldWebhooks) {
  server_.RemoveApi("admissionregistration.k8s.io/v1");
  server_.Put(kube::kMutatingWebhooksV1Beta1, WebhookConfiguration("a", "b"));
  ClusterClient client = Connect();
  const auto webhooks = FetchWebhooks(client);
  ASSERT_TRUE(webhooks.has_value()) << webhooks.error().message;
  EXPECT_EQ((*webhooks)->size(), 1U);
}

TEST_F(ClusterScopeTest, WithoutAnInjectorNobodyIsAsked) {
  server_.Put(kube::kNamespaces,
              {{"metadata", {{"name", "shop"}, {"labels", {{"istio-injection", "enabled"}}}}}});
  ClusterClient client = Connect();
  EXPECT_EQ(FetchScope(client, "shop", true)->SelectionOf("shop", {}), Selection::kNone);
}

TEST_F(ClusterScopeTest, WhatMayNotBeReadIsAssumedToBeOrdinary) {
  server_.Forbid("list", "mutatingwebhookconfigurations");
  server_.Forbid("get", "namespaces");
  ClusterClient client = Connect();
  EXPECT_EQ(FetchScope(client, "shop", false)->SelectionOf("shop", {}), Selection::kNone);
  EXPECT_EQ(FetchScope(client, "shop", true)->SelectionOf("shop", {}), Selection::kSelected);
}

TEST_F(ClusterScopeTest, ANamespaceThatDoesNotExistIsAnError) {
  ClusterClient client = Connect();
  EXPECT_EQ(FetchScope(client, "none", true).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace sidecar::cli
