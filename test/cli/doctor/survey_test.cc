#include "cli/doctor/survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/cli/doctor/cluster.h"

namespace sidecar::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(SurveyTest, SeesWhatTheChecksNeed) {
  DoctorCluster cluster;
  ClusterClient client = cluster.Connect();
  const auto seen = Observe(client, {});
  ASSERT_TRUE(seen.has_value()) << seen.error().message;
  EXPECT_EQ(seen->server_version, "v1.20.2");
  EXPECT_THAT(seen->admission_versions, ElementsAre("v1", "v1beta1"));
  ASSERT_TRUE(seen->skew.has_value());
  EXPECT_LT(seen->skew->count(), 0) << "1994 is long ago";
  EXPECT_EQ(diagnose::InjectorWebhooks(*seen).size(), 1U);
  EXPECT_NE(diagnose::FindObject(*seen, "Service", "istio-system", "injector"), nullptr);
  EXPECT_NE(diagnose::FindObject(*seen, "Lease", "istio-system", "chief"), nullptr);
  EXPECT_THAT(seen->inject_config.value_or(""), HasSubstr("policy: enabled"));
  EXPECT_FALSE(seen->mesh_config.has_value());
  EXPECT_TRUE(seen->unseen.empty()) << seen->unseen.begin()->first;
}

TEST(SurveyTest, WhatMayNotBeSeenIsTold) {
  DoctorCluster cluster;
  cluster.server.Forbid("list", "nodes");
  cluster.server.Forbid("get", "configmaps");
  ClusterClient client = cluster.Connect();
  DoctorOptions options;
  options.probes = false;
  const auto seen = Observe(client, options);
  ASSERT_TRUE(seen.has_value()) << seen.error().message;
  EXPECT_THAT(std::string(diagnose::WhyUnseen(*seen, "Node")), HasSubstr("forbidden"));
  EXPECT_THAT(std::string(diagnose::WhyUnseen(*seen, "mesh config")), HasSubstr("forbidden"));
  EXPECT_EQ(diagnose::WhyUnseen(*seen, "probe"), "it was not asked for");
  for (const auto& request : cluster.server.requests()) {
    EXPECT_THAT(request.target, testing::Not(HasSubstr("/pods?dryRun")));
  }
}

TEST(SurveyTest, DatesAreThoseOfHttp) {
  const auto date = ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT");
  ASSERT_TRUE(date.has_value());
  EXPECT_EQ(std::chrono::system_clock::to_time_t(*date), 784111777);
  EXPECT_FALSE(ParseHttpDate("").has_value());
  EXPECT_FALSE(ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT+1").has_value());
}

}  // namespace
}  // namespace sidecar::cli
