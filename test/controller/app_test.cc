#include "controller/app.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/thread_pool.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lib/kube/protocol/resources.h"
#include "lib/yaml/base64.h"
#include "test/controller/fixture.h"
#include "test/support/certificates.h"
#include "test/support/https_client.h"
#include "test/support/temp_folder.h"

namespace sidecar::controller {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;
using testing_support::FakeApiServer;
using testing_support::HttpsClient;

constexpr const char* kReview =
    R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u",
        "kind":{"group":"","version":"v1","kind":"Pod"},"namespace":"shop","operation":"CREATE",
        "resource":{"group":"","version":"v1","resource":"pods"},
        "object":{"metadata":{"name":"p"},"spec":{"containers":[{"name":"app"}]}}}})";

std::string Config(const std::string& image) {
  return "policy: enabled\ntemplate: |\n  containers:\n  - name: istio-proxy\n    image: " + image +
         "\n";
}

// A replica in this process.
class Replica {
 public:
  Replica(const ControllerOptions& options, std::unique_ptr<kube::ApiClient> client, LogOptions log)
      : client_(std::move(client)), log_(std::move(log)) {
    app_ =
        std::make_unique<App>(options, *client_, log_, metrics_, readiness_, pool_.get_executor());
    const auto ports = app_->Start();
    EXPECT_TRUE(ports.has_value()) << ports.error().message;
    port_ = ports->https;
  }
  ~Replica() { Stop(); }

  void Stop() {
    if (app_ == nullptr) return;
    app_->Shutdown();
    app_->Wait();
    pool_.join();
    app_.reset();
  }

  App& app() { return *app_; }
  HttpsClient& http() { return http_; }
  const observe::Readiness& readiness() const { return readiness_; }
  std::string Metrics() const { return metrics_.Render(); }

  // The image that a pod is injected with now; why it is not, if it is not.
  std::string Inject() {
    if (!http_.IsConnected() && !http_.Connect(port_)) return "no connection";
    const auto reply = http_.Post("/inject", kReview);
    if (!reply.has_value()) return "no answer";
    const Json review = Json::parse(reply->body);
    const auto patch = yaml::DecodeBase64(review["response"].value("patch", ""));
    if (!patch.has_value() || patch->empty()) return "no patch: " + reply->body;
    for (const Json& operation : Json::parse(*patch)) {
      const Json& value = operation["value"];
      if (value.is_object() && value.value("name", "") == "istio-proxy") return value["image"];
    }
    return "no sidecar";
  }

 private:
  boost::asio::thread_pool pool_{2};
  std::unique_ptr<kube::ApiClient> client_;
  Logger log_;
  observe::MetricRegistry metrics_;
  observe::Readiness readiness_{{}};
  std::unique_ptr<App> app_;
  std::uint16_t port_ = 0;
  HttpsClient http_;
};

class AppTest : public ApiServerTest {
 protected:
  AppTest() {
    const auto made = testing_support::MakeCertificate({});
    folder_.Write("cert.pem", made.certificate);
    folder_.Write("key.pem", made.key);
    folder_.Write("ca.pem", made.certificate);
    options_.certificates.mode = CertificateMode::kFiles;
    options_.certificates.certificate_file = folder_.Path("cert.pem");
    options_.certificates.key_file = folder_.Path("key.pem");
    options_.certificates.ca_file = folder_.Path("ca.pem");
    options_.manage_webhook = true;
    options_.election.lease = "sidecar-injector";
    options_.election.lease_duration = std::chrono::seconds(3);
    options_.election.renew_deadline = std::chrono::seconds(2);
    options_.election.retry_period = std::chrono::seconds(1);
    options_.service.https.address = "127.0.0.1";
    options_.service.https.port = 0;
    options_.service.serve_admin = false;
    options_.service.drain_delay = milliseconds(10);
    wanted_ = yaml::EncodeBase64(made.certificate);
  }

  std::unique_ptr<Replica> NewReplica(const std::string& name) {
    ControllerOptions options = options_;
    options.election.identity = name;
    return std::make_unique<Replica>(options, MakeClient(), IntoText());
  }
  void PutConfig(const std::string& text) {
    server_.Put(kube::kConfigMaps,
                {{"metadata", {{"name", "istio-inject"}, {"namespace", "istio-system"}}},
                 {"data", {{"config", text}}}});
  }
  void PutMesh(const std::string& text) {
    server_.Put(kube::kConfigMaps,
                {{"metadata", {{"name", "istio"}, {"namespace", "istio-system"}}},
                 {"data", {{"mesh", text}}}});
  }
  static bool IsReady(const Replica& replica) {
    return Eventually([&] { return replica.readiness().IsReady(); });
  }
  Json Webhook() const {
    return server_.Get(kube::kMutatingWebhooks, "", "istio-sidecar-injector");
  }
  bool HasBundle() const {
    const Json object = Webhook();
    return object.is_object() &&
           object["webhooks"][0]["clientConfig"].value("caBundle", "") == wanted_;
  }
  void Wipe() {
    Json object = Webhook();
    object["webhooks"][0]["clientConfig"]["caBundle"] = "";
    server_.Put(kube::kMutatingWebhooks, std::move(object));
  }

  testing_support::TempFolder folder_;
  ControllerOptions options_;
  std::string wanted_;  // The caBundle.
};

TEST_F(AppTest, InjectsByTheConfigMapsAndFollowsThem) {
  PutConfig(Config("proxy:1"));
  PutMesh("");
  const auto replica = NewReplica("a");
  ASSERT_TRUE(IsReady(*replica)) << replica->readiness().Describe();
  EXPECT_EQ(replica->Inject(), "proxy:1");
  PutConfig(Config("proxy:2"));
  EXPECT_TRUE(Eventually([&] { return replica->Inject() == "proxy:2"; }));
  PutConfig("policy: enabled\ntemplate: '{{ if }}'\n");
  EXPECT_TRUE(Eventually([&] {
    return replica->readiness().Describe().find("the last reload failed") != std::string::npos;
  }));
  EXPECT_EQ(replica->Inject(), "proxy:2");
  EXPECT_TRUE(replica->readiness().IsReady());
}

TEST_F(AppTest, IsNotReadyWithoutConfiguration) {
  const auto replica = NewReplica("a");
  ASSERT_TRUE(Eventually([&] {
    return replica->readiness().Describe().find(
               "[-]config failed: ConfigMap istio-system/istio-inject does not exist") !=
           std::string::npos;
  })) << replica->readiness().Describe();
  PutConfig(Config("proxy:1"));
  PutMesh("");
  EXPECT_TRUE(IsReady(*replica));
}

TEST_F(AppTest, TheDefaultConfigurationServesWhereThereIsNone) {
  options_.default_config = Config("proxy:default");
  const auto replica = NewReplica("a");
  ASSERT_TRUE(IsReady(*replica));
  EXPECT_EQ(replica->Inject(), "proxy:default");
}

TEST_F(AppTest, CreatesTheWebhookAndRestoresItsBundle) {
  options_.default_config = Config("proxy:1");
  const auto replica = NewReplica("a");
  ASSERT_TRUE(Eventually([&] { return HasBundle(); })) << LogText();
  for (int i = 0; i < 5; ++i) {
    Wipe();
    EXPECT_TRUE(Eventually([&] { return HasBundle(); }));
  }
  server_.Remove(kube::kMutatingWebhooks, "", "istio-sidecar-injector");
  EXPECT_TRUE(Eventually([&] { return HasBundle(); }));
}

TEST_F(AppTest, OneOfTwoReplicasLeadsAndBothInject) {
  options_.default_config = Config("proxy:1");
  auto first = NewReplica("first");
  ASSERT_TRUE(Eventually([&] { return first->app().IsLeader(); })) << LogText();
  const auto second = NewReplica("second");
  ASSERT_TRUE(IsReady(*second));
  EXPECT_FALSE(second->app().IsLeader());
  EXPECT_EQ(first->Inject(), "proxy:1");
  EXPECT_EQ(second->Inject(), "proxy:1");
  // The Lease is released, so that the other need not wait for its end: it may have it already.
  first->Stop();
  EXPECT_NE(server_.Get(kube::kLeases, "istio-system", "sidecar-injector")["spec"].value(
                "holderIdentity", ""),
            "first");
  EXPECT_TRUE(Eventually([&] { return second->app().IsLeader(); }));
  Wipe();
  EXPECT_TRUE(Eventually([&] { return HasBundle(); }));
}

TEST_F(AppTest, GoesOnInjectingWhileTheApiServerIsAway) {
  PutConfig(Config("proxy:1"));
  PutMesh("");
  const auto replica = NewReplica("a");
  ASSERT_TRUE(IsReady(*replica));
  server_.Stop();
  EXPECT_EQ(replica->Inject(), "proxy:1");
  EXPECT_TRUE(replica->readiness().IsReady());
  PutConfig(Config("proxy:2"));
  server_.Start();
  EXPECT_TRUE(Eventually([&] { return replica->Inject() == "proxy:2"; })) << LogText();
}

TEST_F(AppTest, StartsBeforeTheApiServerDoes) {
  server_.Stop();
  PutConfig(Config("proxy:1"));
  PutMesh("");
  const auto replica = NewReplica("a");
  EXPECT_FALSE(replica->readiness().IsReady());
  server_.Start();
  EXPECT_TRUE(IsReady(*replica)) << LogText();
  EXPECT_TRUE(Eventually([&] { return HasBundle(); })) << LogText();
}

TEST_F(AppTest, WhatIsForbiddenIsNamedAndHurtsNothingElse) {
  server_.Forbid("list", "namespaces");
  server_.Forbid("list", "mutatingwebhookconfigurations");
  PutConfig(Config("proxy:1"));
  PutMesh("");
  const auto replica = NewReplica("a");
  ASSERT_TRUE(IsReady(*replica));
  EXPECT_EQ(replica->Inject(), "proxy:1");
  EXPECT_TRUE(Eventually([&] {
    return replica->readiness().Describe().find("missing: list namespaces") != std::string::npos;
  }));
  // Granted later, it works without a restart.
  server_.Allow("list", "mutatingwebhookconfigurations");
  EXPECT_TRUE(Eventually([&] { return HasBundle(); })) << LogText();
}

TEST_F(AppTest, LosesNoRequestWhenItStops) {
  options_.default_config = Config("proxy:1");
  options_.service.drain_delay = milliseconds(100);
  auto replica = NewReplica("a");
  ASSERT_TRUE(IsReady(*replica));
  std::thread stopper([&] { replica->Stop(); });
  int answered = 0;
  std::string answer;
  while ((answer = replica->Inject()) == "proxy:1") ++answered;
  stopper.join();
  EXPECT_GT(answered, 0);
  EXPECT_EQ(answer, "no connection");
}

TEST_F(AppTest, ANamespaceThatBecomesEnabledIsSurveyed) {
  options_.default_config = Config("proxy:1");
  server_.Put(kube::kPods, {{"metadata", {{"name", "p"}, {"namespace", "shop"}}},
                            {"spec", {{"containers", Json::array({Json{{"name", "app"}}})}}}});
  server_.Put(kube::kNamespaces, {{"metadata", {{"name", "shop"}}}});
  const auto replica = NewReplica("a");
  ASSERT_TRUE(Eventually([&] { return replica->app().IsLeader(); }));
  ASSERT_TRUE(Eventually([&] { return LogText().find("namespaces listed") != std::string::npos; }));
  server_.Put(kube::kNamespaces,
              {{"metadata", {{"name", "shop"}, {"labels", {{"istio-injection", "enabled"}}}}}});
  EXPECT_TRUE(Eventually([&] {
    return LogText().find("namespace is enabled for injection") != std::string::npos;
  })) << LogText();
  EXPECT_THAT(replica->Metrics(),
              HasSubstr("sidecar_injector_namespaces{injection=\"enabled\"} 1"));
}

TEST_F(AppTest, ANamespaceThatWasEnabledWhileNobodyLedIsSurveyedByTheNextLeader) {
  options_.default_config = Config("proxy:1");
  server_.Put(kube::kLeases,
              {{"metadata", {{"name", "sidecar-injector"}, {"namespace", "istio-system"}}},
               {"spec", {{"holderIdentity", ""}, {"renewTime", "2026-08-01T12:00:00.000000Z"}}}});
  for (const auto& [name, time] :
       {std::pair{"before", "2026-08-01T11:00:00Z"}, {"meanwhile", "2026-08-01T12:30:00Z"}}) {
    server_.Put(kube::kPods, {{"metadata", {{"name", "p"}, {"namespace", name}}},
                              {"spec", {{"containers", Json::array({Json{{"name", "app"}}})}}}});
    Json space = {{"metadata", {{"name", name}, {"labels", {{"istio-injection", "enabled"}}}}}};
    space["metadata"]["managedFields"] =
        Json::parse(R"([{"fieldsV1":{"f:metadata":{"f:labels":{"f:istio-injection":{}}}}}])");
    space["metadata"]["managedFields"][0]["time"] = time;
    server_.Put(kube::kNamespaces, std::move(space));
  }
  const auto events = [&] {
    std::vector<std::string> found;
    for (const Json& event : server_.All(kube::kEvents)) {
      if (event["reason"] == "PodsWithoutSidecar") found.push_back(event["involvedObject"]["name"]);
    }
    return found;
  };
  auto first = NewReplica("first");
  EXPECT_TRUE(Eventually([&] { return !events().empty(); })) << LogText();
  first.reset();
  EXPECT_THAT(events(), testing::ElementsAre("meanwhile"));
}

TEST_F(AppTest, OnlyClientsOfTheNamedAuthorityAreLetIn) {
  options_.default_config = Config("proxy:1");
  options_.certificates.mode = CertificateMode::kSelfSigned;
  options_.certificates.certificate_file.clear();
  options_.certificates.key_file.clear();
  options_.certificates.ca_file.clear();
  testing_support::CertificateRequest authority;
  authority.is_ca = true;
  const auto ca = testing_support::MakeCertificate(authority);
  folder_.Write("clients.pem", ca.certificate);
  options_.certificates.client_ca_file = folder_.Path("clients.pem");
  options_.certificates.allowed_clients = {"kube-apiserver"};
  const auto replica = NewReplica("a");
  ASSERT_TRUE(IsReady(*replica)) << replica->readiness().Describe();
  EXPECT_THAT(replica->Inject(), testing::StartsWith("no "));

  testing_support::CertificateRequest client;
  client.extended_key_usage = "clientAuth";
  client.alternative_names.clear();
  for (const char* const name : {"somebody", "kube-apiserver"}) {
    client.common_name = name;
    const auto made = testing_support::MakeCertificate(client, &ca);
    replica->http().Close();
    replica->http().Present(made.certificate, made.key);
    const std::string answer = replica->Inject();
    EXPECT_EQ(answer == "proxy:1", client.common_name == "kube-apiserver") << answer;
  }
}

}  // namespace
}  // namespace sidecar::controller
