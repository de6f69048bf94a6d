#include "cli/doctor/probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/doctor/survey.h"
#include "test/cli/doctor/cluster.h"

namespace sidecar::cli {
namespace {

using testing::HasSubstr;
using testing_support::FakeApiServer;

diagnose::DoctorSnapshot Probe(DoctorCluster& cluster, const std::string& space = "") {
  ClusterClient client = cluster.Connect();
  DoctorOptions options;
  options.probe_namespace = space;
  return std::move(Observe(client, options)).value();
}

TEST(ProbeTest, ADryRunGoesIntoTheFirstSelectedNamespace) {
  DoctorCluster cluster;
  const auto snapshot = Probe(cluster);
  ASSERT_TRUE(snapshot.probe.has_value());
  EXPECT_EQ(snapshot.probe->namespace_name, "shop");
  EXPECT_EQ(snapshot.probe->injected, "") << "nobody injects here";
  EXPECT_THAT(cluster.server.requests().back().target,
              HasSubstr("/namespaces/shop/pods?dryRun=All"));
  EXPECT_EQ(Probe(cluster, "istio-system").probe->namespace_name, "istio-system");
}

TEST(ProbeTest, ARefusalIsToldWithItsUsualCause) {
  DoctorCluster cluster;
  const std::string message =
      "failed calling webhook: x509: certificate signed by unknown authority";
  cluster.server.SetIntercept(
      [message](const FakeApiServer::Request& request) -> std::optional<FakeApiServer::Answer> {
        if (request.method != "POST" || request.target.find("/pods") == std::string::npos) {
          return FakeApiServer::Answer{200, "{}"};
        }
        return FakeApiServer::Answer{500,
                                     R"({"kind":"Status","apiVersion":"v1","status":"Failure",)"
                                     R"("reason":"InternalError","message":")" +
                                         message + R"(","code":500})"};
      });
  const auto snapshot = Probe(cluster, "shop");
  ASSERT_TRUE(snapshot.probe.has_value());
  EXPECT_THAT(snapshot.probe->refusal, HasSubstr(message));
  EXPECT_THAT(snapshot.probe->refusal, HasSubstr("the caBundle does not belong"));
}

TEST(ProbeTest, NoSelectedNamespaceMeansNoProbe) {
  DoctorCluster cluster;
  cluster.server.Remove(kube::kNamespaces, "", "shop");
  const auto snapshot = Probe(cluster);
  EXPECT_FALSE(snapshot.probe.has_value());
  EXPECT_THAT(std::string(diagnose::WhyUnseen(snapshot, "probe")), HasSubstr("no namespace"));
}

}  // namespace
}  // namespace sidecar::cli
