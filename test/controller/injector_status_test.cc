#include "controller/injector_status.h"

#include <map>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "test/controller/crd_schema.h"
#include "test/support/certificates.h"

namespace sidecar::controller {
namespace {

const auto kNow = std::chrono::system_clock::now();

testing_support::Credentials MakeAuthority(const char* name) {
  testing_support::CertificateRequest request;
  request.common_name = name;
  request.is_ca = true;
  return testing_support::MakeCertificate(request);
}

// Times are seconds from now.
std::string MakeLeaf(long not_before, long not_after) {
  testing_support::CertificateRequest request;
  request.not_before_seconds = not_before;
  request.not_after_seconds = not_after;
  return testing_support::MakeCertificate(request).certificate;
}

class InjectorStatusTest : public testing::Test {
 protected:
  InjectorStatusTest() {
    const auto authority = MakeAuthority("ca");
    testing_support::CertificateRequest request;
    request.alternative_names = {"DNS:injector.istio-system.svc"};
    const auto leaf = testing_support::MakeCertificate(request, &authority);
    facts_.version = "1.2.3";
    facts_.control_namespace = "istio-system";
    facts_.server_name = "injector.istio-system.svc";
    facts_.config_map = "istio-system/istio-inject";
    facts_.resource_version = "12";
    facts_.template_hash = std::string(64, 'a');
    facts_.certificate_mode = "self-signed";
    facts_.chain = leaf.certificate;
    facts_.wanted_bundle = authority.certificate;
    facts_.renews = true;
    facts_.webhook_known = true;
    facts_.spec.service = "injector";
    PutBundle(authority.certificate);
    facts_.leader = "replica-1";
    facts_.desired_replicas = 2;
    facts_.ready_replicas = 2;
  }

  void PutBundle(const std::string& pem) {
    facts_.webhook =
        std::make_shared<const Json>(MakeWebhookConfiguration(facts_.spec, WebhookApi::kV1, pem));
  }

  Json Status(const Json& previous = nullptr) const {
    return MakeInjectorStatus(facts_, previous, kNow);
  }
  // "True Reason" of each condition.
  std::map<std::string, std::string> Conditions() const {
    std::map<std::string, std::string> all;
    const Json status = Status();
    for (const Json& condition : status["conditions"]) {
      all[condition["type"]] =
          condition["status"].get<std::string>() + ' ' + condition["reason"].get<std::string>();
    }
    return all;
  }

  InjectorFacts facts_;
};

TEST_F(InjectorStatusTest, AllIsWell) {
  EXPECT_EQ(Conditions(),
            (std::map<std::string, std::string>{{"ConfigLoaded", "True InUse"},
                                                {"CertificateReady", "True InUse"},
                                                {"CABundleInSync", "True Trusted"},
                                                {"WebhookConfigured", "True AsWanted"},
                                                {"Degraded", "False AsWanted"}}));
}

TEST_F(InjectorStatusTest, ABadConfigurationIsTold) {
  facts_.config_problem = "line 7";
  EXPECT_EQ(Conditions()["ConfigLoaded"], "False LastGoodInUse");
  EXPECT_EQ(Conditions()["Degraded"], "True ConfigLoaded");
  EXPECT_EQ(Status()["config"]["lastError"], "line 7");
  facts_.template_hash.clear();
  EXPECT_EQ(Conditions()["ConfigLoaded"], "False NoConfig");
}

TEST_F(InjectorStatusTest, ACertificateIsReadyWhileItIsValid) {
  facts_.chain = MakeLeaf(-60, -30);
  EXPECT_EQ(Conditions()["CertificateReady"], "False Expired");
  facts_.chain = MakeLeaf(60, 3600);
  EXPECT_EQ(Conditions()["CertificateReady"], "False NotYetValid");
  facts_.chain = "";
  EXPECT_EQ(Conditions()["CertificateReady"], "False NoCertificate");
  EXPECT_EQ(Conditions()["CABundleInSync"], "Unknown NoCertificate");
}

TEST_F(InjectorStatusTest, TheCaBundleIsComparedAndTried) {
  const std::string wanted = facts_.wanted_bundle;
  PutBundle("");
  EXPECT_EQ(Conditions()["CABundleInSync"], "False Empty");
  const std::string other = MakeAuthority("x").certificate;
  PutBundle(other);
  EXPECT_EQ(Conditions()["CABundleInSync"], "False Different");
  facts_.wanted_bundle.clear();  // Others fill it in.
  EXPECT_EQ(Conditions()["CABundleInSync"], "False NotTrusted");
  PutBundle(wanted);
  EXPECT_EQ(Conditions()["CABundleInSync"], "True Trusted");
  EXPECT_TRUE(Status()["certificate"].contains("caNotAfter"));
}

TEST_F(InjectorStatusTest, AnAbsentWebhookIsTold) {
  facts_.webhook = nullptr;
  EXPECT_EQ(Conditions()["WebhookConfigured"], "False NotFound");
  EXPECT_EQ(Conditions()["CABundleInSync"], "False NoWebhook");
  facts_.webhook_known = false;
  EXPECT_EQ(Conditions()["WebhookConfigured"], "Unknown NotAsked");
  EXPECT_EQ(Conditions()["Degraded"], "True CABundleInSync");
}

TEST_F(InjectorStatusTest, MissingPermissionsAndReplicasDegrade) {
  facts_.ready_replicas = 1;
  EXPECT_EQ(Conditions()["Degraded"], "True ReplicasNotReady");
  facts_.missing_permissions = {"list pods"};
  EXPECT_EQ(Conditions()["Degraded"], "True PermissionMissing");
}

TEST_F(InjectorStatusTest, NoReplicaIsCountedWithoutDeployment) {
  facts_.desired_replicas.reset();
  facts_.ready_replicas.reset();
  EXPECT_EQ(Status()["replicas"], Json({{"leader", "replica-1"}}));
  EXPECT_EQ(Conditions()["Degraded"], "False AsWanted");
}

TEST_F(InjectorStatusTest, OnlyWhatTheInjectorRenewsHasANextRotation) {
  EXPECT_TRUE(Status()["certificate"].contains("nextRotation"));
  facts_.renews = false;
  EXPECT_FALSE(Status()["certificate"].contains("nextRotation"));
}

TEST_F(InjectorStatusTest, AConditionThatStandsKeepsItsTime) {
  Json before = Status();
  for (Json& condition : before["conditions"]) condition["lastTransitionTime"] = "old";
  facts_.config_problem = "line 7";
  const Json after = Status(before);
  EXPECT_NE(after["conditions"][0]["lastTransitionTime"], "old");
  EXPECT_EQ(after["conditions"][1]["lastTransitionTime"], "old");
}

TEST_F(InjectorStatusTest, TheSchemaAdmitsAllOfIt) {
  const Json schema = SchemaOf("injectorstatuses.yaml");
  EXPECT_EQ(SchemaBreach(schema, MakeInjectorStatusObject("a", Status())), "");
  facts_.config_problem = std::string(5000, 'x');
  facts_.leader = std::string(300, 'x');
  facts_.version = std::string(100, 'x');
  EXPECT_EQ(SchemaBreach(schema, MakeInjectorStatusObject("a", Status())), "");
}

TEST_F(InjectorStatusTest, NothingIsKnownYet) {
  facts_ = {};
  const Json schema = SchemaOf("injectorstatuses.yaml");
  EXPECT_EQ(SchemaBreach(schema, MakeInjectorStatusObject("a", Status())), "");
  EXPECT_EQ(Conditions()["Degraded"], "True ConfigLoaded");
}

}  // namespace
}  // namespace sidecar::controller
