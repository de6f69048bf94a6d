#include "cli/cluster_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lib/kube/protocol/resources.h"
#include "test/cli/cluster_test.h"
#include "test/cli/webhook_object.h"

namespace sidecar::cli {
namespace {

using nlohmann::json;

class ClusterCheckTest : public ClusterTest {
 protected:
  void SetUp() override {
    server_.Put(kube::kMutatingWebhooks, WebhookConfiguration("istio-injection", "enabled"));
    for (const char* const name : {"shop", "other"}) {
      server_.Put(kube::kNamespaces,
                  {{"metadata", {{"name", name}, {"labels", {{"istio-injection", "enabled"}}}}}});
    }
  }
  // A workload, and one of its pods.
  void PutWorkload(const std::string& space, const std::string& name, bool has_sidecar) {
    const json labels = {{"app", name}, {"version", "v1"}};
    json containers = json::array({{{"name", "app"}}});
    server_.Put(
        kube::kStatefulSets,
        {{"metadata", {{"name", name}, {"namespace", space}}},
         {"spec",
          {{"template",
            {{"metadata", {{"labels", labels}}}, {"spec", {{"containers", containers}}}}}}}});
    if (has_sidecar) containers.push_back({{"name", "istio-proxy"}});
    server_.Put(
        kube::kPods,
        {{"metadata",
          {{"name", name + "-0"},
           {"namespace", space},
           {"labels", labels},
           {"ownerReferences", {{{"kind", "StatefulSet"}, {"name", name}, {"controller", true}}}}}},
         {"spec", {{"containers", containers}}},
         {"status", {{"phase", "Running"}}}});
  }
  void PutService(const std::string& space, const std::string& name) {
    server_.Put(
        kube::kServices,
        {{"metadata", {{"name", name}, {"namespace", space}}},
         {"spec", {{"selector", {{"app", name}}}, {"ports", {{{"name", "http"}, {"port", 80}}}}}}});
  }
  std::vector<std::string> CodesIn(const std::string& space) {
    ClusterClient client = Connect();
    const Result<ClusterCheck> checked = CheckCluster(client, space, {});
    EXPECT_TRUE(checked.has_value()) << checked.error().message;
    std::vector<std::string> codes;
    if (!checked.has_value()) return codes;
    for (const diagnose::Finding& finding : checked->findings) {
      codes.push_back(std::string(finding.rule->code) + ' ' + finding.object);
    }
    return codes;
  }
};

TEST_F(ClusterCheckTest, ChecksWhatRunsByTheRulesOfFiles) {
  PutWorkload("shop", "good", true);
  PutService("shop", "good");
  PutWorkload("shop", "late", false);
  PutWorkload("other", "lone", true);
  // A Service of another namespace is none.
  PutService("other", "late");
  EXPECT_THAT(CodesIn("shop"), testing::ElementsAre("MissingSidecar Pod/late-0",
                                                    "PodWithoutService StatefulSet/late"));
  EXPECT_THAT(CodesIn(""), testing::ElementsAre("PodWithoutService StatefulSet/lone",
                                                "MissingSidecar Pod/late-0",
                                                "PodWithoutService StatefulSet/late"));
}

TEST_F(ClusterCheckTest, ReadsInPagesAndNeverOneByOne) {
  constexpr int kWorkloads = 600;
  for (int i = 0; i < kWorkloads; ++i) PutWorkload("shop", "w" + std::to_string(i), true);
  PutService("shop", "w1");
  EXPECT_EQ(CodesIn("").size(), 599U);
  // Webhooks, namespaces, Services, seven kinds that make pods, pods; two pages of those in use.
  EXPECT_EQ(server_.requests().size(), 13U);
}

TEST_F(ClusterCheckTest, WhatMayNotBeListedIsLeftOut) {
  PutWorkload("shop", "late", false);
  server_.Forbid("list", "statefulsets");
  EXPECT_THAT(CodesIn("shop"), testing::ElementsAre("MissingSidecar Pod/late-0"));
}

TEST_F(ClusterCheckTest, WithoutPodsThereIsNoCheck) {
  server_.Forbid("list", "pods");
  ClusterClient client = Connect();
  EXPECT_EQ(CheckCluster(client, "shop", {}).error().code, ErrorCode::kForbidden);
}

}  // namespace
}  // namespace sidecar::cli
