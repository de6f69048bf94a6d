#include "lib/kube/protocol/request.h"

#include <gtest/gtest.h>

#include "lib/kube/protocol/resources.h"

namespace sidecar::kube {
namespace {

TEST(RequestTest, TargetsNameGroupNamespaceAndSubresource) {
  struct Case {
    ApiRequest request;
    std::string method;
    std::string target;
  };
  Patch patch;
  patch.options.subresource = "status";
  WriteOptions approval;
  approval.subresource = "approval";
  const Case cases[] = {
      {GetRequest(kConfigMaps, "istio-system", "istio"), "GET",
       "/api/v1/namespaces/istio-system/configmaps/istio"},
      {GetRequest(kNamespaces, "ignored", "default"), "GET", "/api/v1/namespaces/default"},
      {GetRequest(kDeployments, "a", "b", "scale"), "GET",
       "/apis/apps/v1/namespaces/a/deployments/b/scale"},
      {GetMetadataRequest(kPods, "a", "b"), "GET", "/api/v1/namespaces/a/pods/b"},
      {ListRequest(kPods, "", {}), "GET", "/api/v1/pods"},
      {CreateRequest(kEvents, "default", "{}"), "POST", "/api/v1/namespaces/default/events"},
      {CreateSubresourceRequest(kServiceAccounts, "a", "b", "token", "{}"), "POST",
       "/api/v1/namespaces/a/serviceaccounts/b/token"},
      {UpdateRequest(kCertificateSigningRequests, "", "x.y", "{}", approval), "PUT",
       "/apis/certificates.k8s.io/v1/certificatesigningrequests/x.y/approval"},
      {PatchRequest(kPods, "a", "b", patch), "PATCH", "/api/v1/namespaces/a/pods/b/status"},
      {DeleteRequest(kLeases, "a", "b"), "DELETE",
       "/apis/coordination.k8s.io/v1/namespaces/a/leases/b"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(c.request.method, c.method) << c.target;
    EXPECT_EQ(c.request.target, c.target);
  }
}

TEST(RequestTest, NamesAndQueriesAreEscaped) {
  EXPECT_EQ(GetRequest(kConfigMaps, "a/b", "../x?y#z%").target,
            "/api/v1/namespaces/a%2Fb/configmaps/..%2Fx%3Fy%23z%25");
  ListOptions options;
  options.label_selector = "a in (b,c),d!=\xC3\xA4&x=1";
  options.field_selector = "metadata.name=istio";
  EXPECT_EQ(ListRequest(kPods, "n", options).target,
            "/api/v1/namespaces/n/pods?labelSelector=a%20in%20%28b%2Cc%29%2Cd%21%3D%C3%A4%26x%3D1"
            "&fieldSelector=metadata.name%3Distio");
}

TEST(RequestTest, AnEmptyNameNeverAsksForTheWholeCollection) {
  EXPECT_EQ(DeleteRequest(kSecrets, "a", "").target, "/api/v1/namespaces/a/secrets/%20");
}

TEST(RequestTest, ListsSayWhichPageOfWhichVersion) {
  ListOptions options;
  options.limit = 500;
  options.resource_version = "10";
  options.resource_version_match = "Exact";
  EXPECT_EQ(ListRequest(kNamespaces, "", options).target,
            "/api/v1/namespaces?limit=500&resourceVersion=10&resourceVersionMatch=Exact");
  options.continue_token = "ey==";
  EXPECT_EQ(ListRequest(kNamespaces, "", options).target,
            "/api/v1/namespaces?limit=500&continue=ey%3D%3D");
  EXPECT_EQ(ListRequest(kNamespaces, "", options).accept, "application/json");
  options.metadata_only = true;
  EXPECT_EQ(ListRequest(kNamespaces, "", options).accept,
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json");
}

TEST(RequestTest, WatchesAskForBookmarksAndAnEnd) {
  WatchOptions options;
  options.resource_version = "42";
  options.timeout_seconds = 300;
  options.metadata_only = true;
  const ApiRequest request = WatchRequest(kNamespaces, "", options);
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.target,
            "/api/v1/namespaces?watch=true&allowWatchBookmarks=true&resourceVersion=42"
            "&timeoutSeconds=300");
  EXPECT_EQ(request.accept,
            "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json");
}

TEST(RequestTest, EachPatchHasItsMediaType) {
  const std::pair<PatchType, std::string> types[] = {
      {PatchType::kStrategic, "application/strategic-merge-patch+json"},
      {PatchType::kMerge, "application/merge-patch+json"},
      {PatchType::kJson, "application/json-patch+json"},
      {PatchType::kApply, "application/apply-patch+yaml"},
  };
  for (const auto& [type, media] : types) {
    Patch patch;
    patch.type = type;
    patch.body = "{\"a\":1}";
    patch.force = true;
    patch.options.field_manager = "me & you";
    patch.options.dry_run = true;
    const ApiRequest request = PatchRequest(kMutatingWebhooks, "", "inj", patch);
    EXPECT_EQ(request.content_type, media);
    EXPECT_EQ(request.body, "{\"a\":1}");
    EXPECT_EQ(request.target,
              "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/inj"
              "?dryRun=All&fieldManager=me%20%26%20you" +
                  std::string(type == PatchType::kApply ? "&force=true" : ""));
  }
}

TEST(RequestTest, DeletesCarryTheirPreconditions) {
  DeleteOptions options;
  options.uid = "u";
  options.resource_version = "7";
  options.propagation_policy = "Background";
  EXPECT_EQ(DeleteRequest(kPods, "a", "b", options).body,
            R"({"apiVersion":"v1","kind":"DeleteOptions",)"
            R"("preconditions":{"resourceVersion":"7","uid":"u"},)"
            R"("propagationPolicy":"Background"})");
  EXPECT_EQ(DeleteRequest(kPods, "a", "b").body, R"({"apiVersion":"v1","kind":"DeleteOptions"})");
}

TEST(RequestTest, ResourcesKnowTheirNames) {
  EXPECT_EQ(kConfigMaps.ApiVersion(), "v1");
  EXPECT_EQ(kConfigMaps.QualifiedName(), "configmaps");
  EXPECT_EQ(kLeases.ApiVersion(), "coordination.k8s.io/v1");
  EXPECT_EQ(kLeases.QualifiedName(), "leases.coordination.k8s.io");
}

}  // namespace
}  // namespace sidecar::kube
