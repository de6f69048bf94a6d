#include "cli/cluster_survey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lib/kube/protocol/resources.h"
#include "test/cli/cluster_test.h"
#include "test/cli/webhook_object.h"

namespace sidecar::cli {
namespace {

using diagnose::InjectionState;
using diagnose::InjectionTally;
using nlohmann::json;

class ClusterSurveyTest : public ClusterTest {
 protected:
  void SetUp() override { PutWebhook("istio-injection", "enabled"); }

  void PutNamespace(const std::string& name, const std::string& label) {
    server_.Put(kube::kNamespaces,
                {{"metadata", {{"name", name}, {"labels", {{"istio-injection", label}}}}}});
  }
  // One that selects namespaces by a label, but for pods that have the label sidecar=no.
  void PutWebhook(const std::string& label, const std::string& value) {
    server_.Put(kube::kMutatingWebhooks, WebhookConfiguration(label, value));
  }
  void PutPod(const std::string& space, const std::string& name) {
    server_.Put(kube::kPods, {{"metadata", {{"name", name}, {"namespace", space}}},
                              {"spec", {{"containers", json::array()}}},
                              {"status", {{"phase", "Running"}}}});
  }
};

TEST_F(ClusterSurveyTest, ReadsPageByPage) {
  PutNamespace("shop", "enabled");
  constexpr int kPods = 700;
  for (int i = 0; i < kPods; ++i) PutPod("shop", "a" + std::to_string(i));
  ClusterClient client = Connect();
  const Result<InjectionTally> tally = SurveyCluster(client, "shop", {});
  ASSERT_TRUE(tally.has_value()) << tally.error().message;
  EXPECT_EQ(tally->Total()[static_cast<std::size_t>(InjectionState::kMissing)], 700U);
  int pages = 0;
  for (const auto& request : server_.requests()) {
    if (request.target.find("/pods?") != std::string::npos) ++pages;
  }
  EXPECT_EQ(pages, 2);
  // Nothing is asked pod by pod: namespace, webhooks, deployments and the pages.
  EXPECT_EQ(server_.requests().size(), 5U);
}

TEST_F(ClusterSurveyTest, TheWebhooksSelectorsTellWhatIsMissing) {
  PutWebhook("sidecar", "yes");
  PutNamespace("labelled", "enabled");
  server_.Put(kube::kNamespaces,
              {{"metadata", {{"name", "shop"}, {"labels", {{"sidecar", "yes"}}}}}});
  PutPod("labelled", "a");
  PutPod("shop", "b");
  PutPod("shop", "c");
  json out = server_.Get(kube::kPods, "shop", "c");
  out["metadata"]["labels"]["sidecar"] = "no";
  server_.Put(kube::kPods, out);
  ClusterClient client = Connect();
  const Result<InjectionTally> tally = SurveyCluster(client, "", {});
  ASSERT_TRUE(tally.has_value()) << tally.error().message;
  EXPECT_EQ(tally->owners().at({"labelled", "Pod", "a"}).state, InjectionState::kNotInMesh);
  EXPECT_EQ(tally->owners().at({"shop", "Pod", "b"}).state, InjectionState::kMissing);
  EXPECT_EQ(tally->owners().at({"shop", "Pod", "c"}).state, InjectionState::kOptedOut);
}

TEST_F(ClusterSurveyTest, AllNamespacesCountByTheirLabels) {
  PutNamespace("shop", "enabled");
  PutNamespace("other", "disabled");
  PutPod("shop", "a");
  PutPod("other", "b");
  ClusterClient client = Connect();
  const Result<InjectionTally> tally = SurveyCluster(client, "", {});
  ASSERT_TRUE(tally.has_value()) << tally.error().message;
  EXPECT_EQ(tally->owners().at({"shop", "Pod", "a"}).state, InjectionState::kMissing);
  EXPECT_EQ(tally->owners().at({"other", "Pod", "b"}).state, InjectionState::kNotInMesh);
}

TEST_F(ClusterSurveyTest, ADeploymentWhosePodsAreRefusedHasFailed) {
  PutNamespace("shop", "enabled");
  server_.Put(kube::kDeployments, json::parse(R"({"metadata":{"name":"web","namespace":"shop"},
      "status":{"conditions":[{"type":"ReplicaFailure","status":"True",
      "message":"admission webhook \"x\" denied the request: no"}]}})"));
  ClusterClient client = Connect();
  const Result<InjectionTally> tally = SurveyCluster(client, "shop", {});
  ASSERT_TRUE(tally.has_value()) << tally.error().message;
  EXPECT_EQ(tally->owners().at({"shop", "Deployment", "web"}).state, InjectionState::kFailed);
}

TEST_F(ClusterSurveyTest, ANamespaceThatDoesNotExistIsAnError) {
  ClusterClient client = Connect();
  EXPECT_EQ(SurveyCluster(client, "none", {}).error().code, ErrorCode::kNotFound);
}

TEST(SurveyObjectsTest, NamespacesOfTheInputAreNotAssumed) {
  diagnose::ObjectSet set;
  for (const char* const text :
       {"kind: Namespace\nmetadata: {name: known}\n",
        "kind: Pod\nmetadata: {name: a, namespace: known, uid: x}\nspec: {}\n",
        "kind: Pod\nmetadata: {name: b, namespace: unknown, uid: y}\nspec: {}\n"}) {
    ASSERT_TRUE(set.AddDocument(text, {}).has_value());
  }
  const InjectionTally tally = SurveyObjects(set, *diagnose::ScopeOf(set, true), {});
  EXPECT_EQ(tally.owners().at({"known", "Pod", "a"}).state, InjectionState::kNotInMesh);
  EXPECT_EQ(tally.owners().at({"unknown", "Pod", "b"}).state, InjectionState::kMissing);
}

}  // namespace
}  // namespace sidecar::cli
