#include "cli/doctor/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/doctor/survey.h"
#include "test/cli/doctor/cluster.h"

namespace sidecar::cli {
namespace {

using testing::HasSubstr;

TEST(AccessTest, TheFlagsOfThePodSayWhatItNeeds) {
  DoctorCluster cluster;
  ClusterClient client = cluster.Connect();
  const auto seen = Observe(client, {});
  ASSERT_TRUE(seen.has_value()) << seen.error().message;
  const auto scope = ScopeOf(*seen);
  ASSERT_TRUE(scope.has_value());
  EXPECT_EQ(scope->control_namespace, "istio-system");
  EXPECT_EQ(scope->webhook_configuration, "injector");
  EXPECT_EQ(scope->lease, "chief");
  EXPECT_EQ(scope->inject_config_map, "istio-inject");
  EXPECT_FALSE(scope->manage_webhook);
  EXPECT_EQ(seen->service_account, "istio-system/robot");
}

TEST(AccessTest, EachPermissionIsAskedForAsTheAccount) {
  DoctorCluster cluster;
  ClusterClient client = cluster.Connect();
  const auto seen = Observe(client, {});
  const auto requests = cluster.server.requests();
  std::size_t reviews = 0;
  for (const auto& request : requests) {
    if (request.target.find("/subjectaccessreviews") == std::string::npos) continue;
    ++reviews;
    EXPECT_THAT(request.body, HasSubstr("system:serviceaccount:istio-system:robot"));
  }
  EXPECT_GT(reviews, 10U);
  EXPECT_EQ(seen->access.size(), reviews);
}

TEST(AccessTest, WithoutThePodNothingIsAsked) {
  DoctorCluster cluster;
  cluster.server.Remove(kube::kPods, "istio-system", "injector-x");
  ClusterClient client = cluster.Connect();
  const auto seen = Observe(client, {});
  EXPECT_TRUE(seen->access.empty());
  EXPECT_NE(diagnose::WhyUnseen(*seen, "permissions"), "");
  EXPECT_EQ(seen->lease, "injector") << "that of the Service";
}

}  // namespace
}  // namespace sidecar::cli
