#include "cli/injector_services.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lib/kube/protocol/resources.h"
#include "test/cli/cluster_test.h"

namespace sidecar::cli {
namespace {

using nlohmann::json;

json Configuration(const std::string& name, const std::string& service) {
  json configuration = json::parse(R"({"webhooks":[{"name":"w","clientConfig":{"service":
      {"namespace":"istio-system"}},"rules":[{"operations":["CREATE"],"apiGroups":[""],
      "apiVersions":["v1"],"resources":["pods"]}]}]})");
  configuration["metadata"]["name"] = name;
  configuration["webhooks"][0]["clientConfig"]["service"]["name"] = service;
  return configuration;
}

using InjectorServicesTest = ClusterTest;

TEST_F(InjectorServicesTest, AreThoseThatNewPodsAreSentTo) {
  server_.Put(kube::kMutatingWebhooks, Configuration("a", "one"));
  server_.Put(kube::kMutatingWebhooks, Configuration("b", "one"));
  json other = Configuration("c", "two");
  other["webhooks"][0]["rules"][0]["resources"] = {"services"};
  server_.Put(kube::kMutatingWebhooks, other);
  ClusterClient cluster = Connect();
  const auto webhooks = ReadClusterWebhooks(cluster);
  ASSERT_TRUE(webhooks.has_value()) << webhooks.error().message;
  EXPECT_EQ(webhooks->size(), 3U);
  const std::vector<InjectorService> wanted = {{"istio-system", "one"}};
  EXPECT_EQ(ServicesAmong(*webhooks, "istio-system"), wanted);
  EXPECT_TRUE(ServicesAmong(*webhooks, "elsewhere").empty());
}

TEST_F(InjectorServicesTest, AnOldServerIsAskedForTheOldVersion) {
  server_.RemoveApi("admissionregistration.k8s.io/v1");
  server_.Put(kube::kMutatingWebhooksV1Beta1, Configuration("a", "one"));
  ClusterClient cluster = Connect();
  EXPECT_EQ(ReadClusterWebhooks(cluster)->size(), 1U);
}

TEST_F(InjectorServicesTest, AServiceIsReadyOnceItHasAReadyAddress) {
  ClusterClient cluster = Connect();
  EXPECT_EQ(CheckReady(cluster, {"istio-system", "one"}).error().message,
            "the injector has no ready replica behind Service istio-system/one");
  json endpoints = {{"metadata", {{"name", "one"}, {"namespace", "istio-system"}}}};
  server_.Put(kube::kEndpoints, endpoints);
  EXPECT_FALSE(CheckReady(cluster, {"istio-system", "one"}).has_value());
  endpoints["subsets"] = json::parse(R"([{"addresses":[{"ip":"10.0.0.1"}]}])");
  server_.Put(kube::kEndpoints, endpoints);
  EXPECT_TRUE(CheckReady(cluster, {"istio-system", "one"}).has_value());
}

}  // namespace
}  // namespace sidecar::cli
