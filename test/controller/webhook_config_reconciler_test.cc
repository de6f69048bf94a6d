#include "controller/webhook_config_reconciler.h"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lib/kube/protocol/resources.h"
#include "lib/yaml/base64.h"
#include "test/controller/fixture.h"

namespace sidecar::controller {
namespace {

using Answer = testing_support::FakeApiServer::Answer;
using kube::WatchEventType;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kName = "istio-sidecar-injector";
constexpr const char* kCa = "-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n";

class WebhookConfigReconcilerTest : public ApiServerTest {
 protected:
  WebhookConfigReconcilerTest() { ca_bundle_.Publish(std::make_shared<const std::string>(kCa)); }

  void Start(bool manage = false, bool others_fill_bundle = false) {
    WebhookConfigReconciler::Options options;
    options.others_fill_bundle = others_fill_bundle;
    options.manage = manage;
    options.ca_bundle = &ca_bundle_;
    options.is_leader = [this] { return leader_; };
    options.enqueue = [this](milliseconds delay) { delays_.push_back(delay); };
    options.selector_seen = [this](auto selector) { selector_ = std::move(selector); };
    options.events = IntoEvents();
    reconciler_ =
        std::make_unique<WebhookConfigReconciler>(std::move(options), *client_, log_, metrics_);
    sink_ = reconciler_->Sink();
  }

  // As the reflector would.
  void Relist() {
    sink_.list_started();
    for (const Json& object : server_.All(kube::kMutatingWebhooks)) {
      EXPECT_TRUE(sink_.listed(object).has_value());
    }
    sink_.replaced();
  }
  Result<void> Reconcile() { return Await(reconciler_->Reconcile()); }

  Json Put(const std::string& ca_bundle) {
    Json object = MakeWebhookConfiguration({}, WebhookApi::kV1, ca_bundle);
    Json other = object["webhooks"][0];
    other["name"] = "other.example.com";
    other["clientConfig"]["caBundle"] = "b3RoZXI=";
    object["webhooks"].push_back(std::move(other));
    return server_.Put(kube::kMutatingWebhooks, std::move(object));
  }
  Json Stored() const { return server_.Get(kube::kMutatingWebhooks, "", kName); }
  std::string StoredBundle() const {
    return Stored()["webhooks"][0]["clientConfig"].value("caBundle", "");
  }

  Published<std::string> ca_bundle_;
  bool leader_ = true;
  std::vector<milliseconds> delays_;
  std::shared_ptr<const kubetypes::LabelSelector> selector_;
  std::unique_ptr<WebhookConfigReconciler> reconciler_;
  kube::ReflectorSink sink_;
};

TEST_F(WebhookConfigReconcilerTest, FillsInTheCaBundleAndNothingElse) {
  const Json before = Put("");
  Start();
  Relist();
  ASSERT_TRUE(Reconcile().has_value());
  EXPECT_EQ(StoredBundle(), yaml::EncodeBase64(kCa));
  Json after = Stored();
  after["webhooks"][0]["clientConfig"].erase("caBundle");
  EXPECT_EQ(after["webhooks"], before["webhooks"]);
  EXPECT_THAT(LogText(), HasSubstr("caBundle written"));
}

TEST_F(WebhookConfigReconcilerTest, WritesNothingWhereItIsRight) {
  Put(kCa);
  Start();
  Relist();
  ASSERT_TRUE(Reconcile().has_value());
  EXPECT_EQ(Requests("PATCH"), 0);
  EXPECT_EQ(Requests("POST"), 0);
}

TEST_F(WebhookConfigReconcilerTest, RestoresWhatSomebodyWiped) {
  Put("");
  Start();
  Relist();
  ASSERT_TRUE(Reconcile().has_value());
  Put("");
  Relist();
  EXPECT_THAT(delays_, Not(IsEmpty()));
  ASSERT_TRUE(Reconcile().has_value());
  EXPECT_EQ(StoredBundle(), yaml::EncodeBase64(kCa));
  EXPECT_THAT(metrics_.Render(), HasSubstr("sidecar_injector_ca_bundle_restores_total 1\n"));
}

TEST_F(WebhookConfigReconcilerTest, FollowsANewBundle) {
  Put(kCa);
  Start();
  Relist();
  ca_bundle_.Publish(std::make_shared<const std::string>("old and new"));
  ASSERT_TRUE(Reconcile().has_value());
  EXPECT_EQ(StoredBundle(), yaml::EncodeBase64("old and new"));
  // Before the watch has told: what the API server answered counts.
  ASSERT_TRUE(Reconcile().has_value());
  EXPECT_EQ(Requests("PATCH"), 1);
}

TEST_F(WebhookConfigReconcilerTest, AWipeThatTheWatchTellsBeforeTheWriteIsAnsweredIsSeen) {
  Put("");
  Start();
  Relist();
  // The API server has carried out the patch, and somebody wiped it, before the answer is here.
  std::atomic<bool> done = false;
  server_.SetIntercept([&](const auto& request) -> std::optional<Answer> {
    if (request.method != "PATCH" || done.exchange(true)) return std::nullopt;
    Json written = Put(kCa);
    Json wiped = written;
    wiped["webhooks"][0]["clientConfig"].erase("caBundle");
    wiped["metadata"]["resourceVersion"] = "999999";
    EXPECT_TRUE(sink_.changed(WatchEventType::kModified, wiped).has_value());
    return Answer{200, written.dump()};
  });
  ASSERT_TRUE(Reconcile().has_value());
  ASSERT_NE(reconciler_->object(), nullptr);
  EXPECT_EQ(CaBundleOf(*reconciler_->object(), "sidecar-injector.istio.io"), "");
}

TEST_F(WebhookConfigReconcilerTest, OnlyTheLeaderWrites) {
  Put("");
  Start();
  leader_ = false;
  Relist();
  ASSERT_TRUE(Reconcile().has_value());
  EXPECT_EQ(StoredBundle(), "");
  leader_ = true;
  ASSERT_TRUE(Reconcile().has_value());
  EXPECT_NE(StoredBundle(), "");
}

TEST_F(WebhookConfigReconcilerTest, WaitsForWhatIsAbsentAndSaysSoOnce) {
  Start();
  Relist();
  ASSERT_TRUE(Reconcile().has_value());
  ASSERT_TRUE(Reconcile().has_value());
  EXPECT_EQ(Requests("POST"), 0);
  const std::string log = LogText();
  const std::string line = "there is no MutatingWebhookConfiguration";
  EXPECT_THAT(log, HasSubstr(line));
  EXPECT_EQ(log.find(line), log.rfind(line));
  Put("");
  Relist();
  ASSERT_TRUE(Reconcile().has_value());
  EXPECT_NE(StoredBundle(), "");
}

TEST_F(WebhookConfigReconcilerTest, CreatesItIfAskedTo) {
  Start(true);
  ASSERT_TRUE(Reconcile().has_value());
  EXPECT_EQ(Requests("POST"), 0);  // Nobody knows yet that there is none.
  Relist();
  ASSERT_TRUE(Reconcile().has_value());
  EXPECT_EQ(StoredBundle(), yaml::EncodeBase64(kCa));
  // Another replica was faster.
  ASSERT_TRUE(Reconcile().has_value());
  EXPECT_EQ(Requests("POST"), 2);
}

TEST_F(WebhookConfigReconcilerTest, NothingIsWrittenBeforeThereIsAnAuthority) {
  Put("");
  ca_bundle_.Publish(nullptr);
  Start(true);
  Relist();
  ASSERT_TRUE(Reconcile().has_value());
  EXPECT_EQ(Requests("PATCH"), 0);
}

TEST_F(WebhookConfigReconcilerTest, ABundleOfOthersIsLeftAlone) {
  ca_bundle_.Publish(nullptr);
  Start(true, true);
  Relist();
  ASSERT_TRUE(Reconcile().has_value());
  EXPECT_FALSE(Stored()["webhooks"][0]["clientConfig"].contains("caBundle"));
  Put("somebody's");
  Relist();
  ASSERT_TRUE(Reconcile().has_value());
  EXPECT_EQ(StoredBundle(), yaml::EncodeBase64("somebody's"));
}

TEST_F(WebhookConfigReconcilerTest, AChangeInBetweenIsAConflict) {
  Put("");
  Start();
  Relist();
  Put("somebody's");
  const Result<void> done = Reconcile();
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, ErrorCode::kConflict);
  Relist();
  EXPECT_TRUE(Reconcile().has_value());
}

TEST_F(WebhookConfigReconcilerTest, ForbiddenWritesAreNamed) {
  Put("");
  server_.Forbid("patch", "mutatingwebhookconfigurations");
  Start();
  Relist();
  const Result<void> done = Reconcile();
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, ErrorCode::kForbidden);
  EXPECT_THAT(done.error().message,
              HasSubstr("patch the caBundle of istio-sidecar-injector: mutatingwebhook"));
}

TEST_F(WebhookConfigReconcilerTest, WritesLessOftenAgainstSomebodyWithoutPause) {
  Start();
  for (int wipe = 0; wipe < 100; ++wipe) {
    Put("");
    Relist();
    ASSERT_TRUE(Reconcile().has_value());
  }
  EXPECT_LT(Requests("PATCH"), 20);
  EXPECT_GE(Requests("PATCH"), 10);
  EXPECT_GT(delays_.back(), milliseconds(0));
  ASSERT_THAT(events_, SizeIs(1));
  EXPECT_EQ(events_[0].reason, "CaBundleContested");
}

TEST_F(WebhookConfigReconcilerTest, TellsTheSelectorItSees) {
  Start();
  Relist();
  EXPECT_EQ(selector_, nullptr);
  Put("");
  Relist();
  ASSERT_NE(selector_, nullptr);
  EXPECT_TRUE(selector_->Matches({{"istio-injection", "enabled"}}));
  const Json gone = Stored();
  EXPECT_TRUE(sink_.changed(WatchEventType::kDeleted, gone).has_value());
  EXPECT_EQ(selector_, nullptr);
}

TEST_F(WebhookConfigReconcilerTest, LogsFindingsOnce) {
  Start();
  for (int i = 0; i < 3; ++i) {
    Json object = MakeWebhookConfiguration({}, WebhookApi::kV1, kCa);
    object["webhooks"][0]["clientConfig"]["service"]["name"] = "another";
    server_.Put(kube::kMutatingWebhooks, object);
    Relist();
  }
  const std::string log = LogText();
  EXPECT_THAT(log, HasSubstr("finding=OtherService"));
  EXPECT_EQ(log.find("OtherService"), log.rfind("OtherService"));
  EXPECT_THAT(metrics_.Render(), HasSubstr("sidecar_injector_webhook_findings 1\n"));
}

TEST_F(WebhookConfigReconcilerTest, AnOldServerIsSpokenToInItsVersion) {
  server_.RemoveApi("admissionregistration.k8s.io/v1");
  const Result<WebhookApi> api = Await(DiscoverWebhookApi(*client_, kName));
  ASSERT_TRUE(api.has_value());
  EXPECT_EQ(*api, WebhookApi::kV1Beta1);
  Start(true);
  reconciler_->SetApi(*api);
  EXPECT_EQ(reconciler_->ReflectorFor().resource, kube::kMutatingWebhooksV1Beta1);
  Relist();
  ASSERT_TRUE(Reconcile().has_value());
  EXPECT_EQ(server_.Get(kube::kMutatingWebhooksV1Beta1, "", kName)["apiVersion"],
            "admissionregistration.k8s.io/v1beta1");
}

TEST_F(WebhookConfigReconcilerTest, AServerThatIsAwaySaysNothingAboutVersions) {
  const Result<WebhookApi> api = Await(DiscoverWebhookApi(*client_, kName));
  ASSERT_TRUE(api.has_value());
  EXPECT_EQ(*api, WebhookApi::kV1);
  server_.Stop();
  EXPECT_FALSE(Await(DiscoverWebhookApi(*client_, kName)).has_value());
}

}  // namespace
}  // namespace sidecar::controller
