#include "cli/cluster_client.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lib/kube/protocol/resources.h"
#include "test/support/fake_cluster.h"

namespace sidecar::cli {
namespace {

using testing_support::FakeCluster;

ClusterClient Connect(const FakeCluster& cluster, const std::string& namespace_name = "") {
  KubeFlags flags;
  flags.kubeconfig = cluster.kubeconfig();
  flags.namespace_name = namespace_name;
  return *ClusterClient::Connect(flags);
}

TEST(ClusterClientTest, MakesCallsOneAfterTheOther) {
  const FakeCluster cluster({{"200 OK", R"({"a":1})"}, {"404 Not Found", ""}});
  ClusterClient client = Connect(cluster);
  const kube::ApiRequest request = kube::GetRequest(kube::kNamespaces, "", "x");
  EXPECT_EQ(client.Call(request)->dump(), R"({"a":1})");
  EXPECT_EQ(client.Call(request).error().code, ErrorCode::kNotFound);
  EXPECT_NE(cluster.requests()[0].find("\r\nUser-Agent: " + UserAgent() + "\r\n"),
            std::string::npos);
}

TEST(ClusterClientTest, KnowsTheNamespace) {
  const FakeCluster cluster({});
  EXPECT_EQ(Connect(cluster).namespace_name(), "here");
  EXPECT_EQ(Connect(cluster, "there").namespace_name(), "there");
}

TEST(ClusterClientTest, ReadsKeysOfConfigMaps) {
  const std::string map = R"({"data":{"a/b":"text"}})";
  const FakeCluster cluster({{"200 OK", map}, {"200 OK", map}, {"200 OK", "{}"}});
  ClusterClient client = Connect(cluster);
  EXPECT_EQ(*client.ReadConfigMap("ns", "map", "a/b"), "text");
  EXPECT_EQ(*client.ReadConfigMap("ns", "map", "b"), std::nullopt);
  EXPECT_EQ(*client.ReadConfigMap("ns", "map", "b"), std::nullopt);
  EXPECT_TRUE(cluster.requests()[0].starts_with("GET /api/v1/namespaces/ns/configmaps/map "));
}

TEST(ClusterClientTest, AMissingConfigurationIsNotFound) {
  KubeFlags flags;
  flags.kubeconfig = "/no/such/file";
  const auto client = ClusterClient::Connect(flags);
  ASSERT_FALSE(client.has_value());
  EXPECT_EQ(client.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace sidecar::cli
