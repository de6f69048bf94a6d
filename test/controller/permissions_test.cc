#include "controller/permissions.h"

#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lib/yaml/convert.h"
#include "lib/yaml/documents.h"

namespace sidecar::controller {
namespace {

using testing::Contains;
using testing::Each;
using testing::Field;
using testing::IsEmpty;
using testing::Not;

PermissionScope Scope() {
  PermissionScope scope;
  scope.control_namespace = "istio-system";
  scope.inject_config_map = "istio-inject";
  scope.mesh_config_map = "istio";
  scope.webhook_configuration = "istio-sidecar-injector";
  scope.lease = "sidecar-injector";
  scope.secret = "sidecar-injector-certs";
  scope.signer = "example.com/webhooks";
  scope.deployment = "sidecar-injector";
  return scope;
}

std::set<std::string> Described(const PermissionScope& scope) {
  std::set<std::string> all;
  for (const Permission& permission : RequiredPermissions(scope)) all.insert(Describe(permission));
  return all;
}

TEST(PermissionsTest, ReadsNoMoreThanTheTwoConfigMaps) {
  const auto all = Described(Scope());
  EXPECT_THAT(all, Contains(R"(watch configmaps "istio-inject" in namespace istio-system)"));
  EXPECT_THAT(all, Contains(R"(list configmaps "istio" in namespace istio-system)"));
}

TEST(PermissionsTest, EachSaysWhatItIsForAndIsAskedOnce) {
  PermissionScope scope = Scope();
  scope.manage_webhook = true;
  scope.certificates = CertificateMode::kCsr;
  const auto all = RequiredPermissions(scope);
  EXPECT_THAT(all, Each(Field(&Permission::purpose, Not(IsEmpty()))));
  EXPECT_EQ(Described(scope).size(), all.size());
}

TEST(PermissionsTest, DependOnWhatIsAskedFor) {
  const char* const kCreate = "create mutatingwebhookconfigurations.admissionregistration.k8s.io";
  PermissionScope scope = Scope();
  EXPECT_THAT(Described(scope), Not(Contains(kCreate)));
  scope.manage_webhook = true;
  EXPECT_THAT(Described(scope), Contains(kCreate));

  const char* const kSecret =
      R"(update secrets "sidecar-injector-certs" in namespace istio-system)";
  const char* const kApprove = R"(approve signers.certificates.k8s.io "example.com/webhooks")";
  EXPECT_THAT(Described(scope), Contains(kSecret));
  EXPECT_THAT(Described(scope), Not(Contains(kApprove)));
  scope.certificates = CertificateMode::kCsr;
  EXPECT_THAT(Described(scope), Contains(kApprove));
  EXPECT_THAT(Described(scope),
              Contains("update certificatesigningrequests/approval.certificates.k8s.io"));
  scope.certificates = CertificateMode::kFiles;
  EXPECT_THAT(Described(scope), Not(Contains(kSecret)));

  const char* const kLease =
      R"(update leases.coordination.k8s.io "sidecar-injector" in namespace istio-system)";
  EXPECT_THAT(Described(scope), Contains(kLease));
  scope.elects_leader = false;
  EXPECT_THAT(Described(scope), Not(Contains(kLease)));
}

TEST(PermissionsTest, WritesNoReportsButItsOwn) {
  const auto all = Described(Scope());
  EXPECT_THAT(all,
              Contains(R"(patch injectionreports/status.sidecar-injector.istio.io "injection")"));
  EXPECT_THAT(all, Contains("patch injectorstatuses/status.sidecar-injector.istio.io "
                            R"("istio-sidecar-injector")"));
  EXPECT_THAT(all,
              Contains(R"(get deployments.apps "sidecar-injector" in namespace istio-system)"));
}

TEST(PermissionsTest, ModesAreNamedAsTheFlagHasThem) {
  EXPECT_EQ(ToString(CertificateMode::kSelfSigned), "self-signed");
  EXPECT_EQ(ToString(CertificateMode::kCsr), "csr");
  EXPECT_EQ(ToString(CertificateMode::kFiles), "files");
}

TEST(PermissionsTest, NeverAsksForEverything) {
  PermissionScope scope = Scope();
  scope.manage_webhook = true;
  scope.certificates = CertificateMode::kCsr;
  for (const Permission& permission : RequiredPermissions(scope)) {
    EXPECT_NE(permission.verb, "*");
    EXPECT_NE(permission.resource, "*");
    EXPECT_NE(permission.group, "*");
  }
}

// What the roles in config/rbac grant, described as permissions.
std::set<std::string> Granted(const std::vector<std::string>& files) {
  std::set<std::string> all;
  for (const std::string& file : files) {
    std::ifstream stream(SIDECAR_RBAC_FOLDER "/" + file);
    EXPECT_TRUE(stream.is_open()) << file;
    yaml::DocumentReader reader;
    reader.Feed(std::string(std::istreambuf_iterator<char>(stream), {}));
    reader.Finish();
    for (auto document = *reader.Next(); document.has_value(); document = *reader.Next()) {
      const auto text = yaml::YamlToJson(document->text, yaml::Strictness::kStrict);
      EXPECT_TRUE(text.has_value()) << file;
      const Json object = Json::parse(*text);
      for (const Json& rule : object.value("rules", Json::array())) {
        for (const Json& resource : rule["resources"]) {
          Permission like;
          like.group = rule["apiGroups"][0];
          const std::string name = resource;
          like.resource = name.substr(0, name.find('/'));
          if (like.resource != name) like.subresource = name.substr(like.resource.size() + 1);
          like.namespace_name = object["metadata"].value("namespace", "");
          for (const Json& verb : rule["verbs"]) {
            like.verb = verb;
            for (const Json& one : rule.value("resourceNames", Json::array({""}))) {
              like.name = one;
              all.insert(Describe(like));
            }
          }
        }
      }
    }
  }
  return all;
}

TEST(PermissionsTest, AreWhatTheRolesGrantNoMoreAndNoLess) {
  PermissionScope scope = Scope();
  scope.lease = "istio-sidecar-injector";
  scope.deployment = "istio-sidecar-injector";
  scope.signer = "kubernetes.io/legacy-unknown";
  EXPECT_EQ(Granted({"controller.yaml"}), Described(scope));
  scope.manage_webhook = true;
  EXPECT_EQ(Granted({"controller.yaml", "manage-webhook.yaml"}), Described(scope));
  scope.certificates = CertificateMode::kCsr;
  EXPECT_EQ(Granted({"controller.yaml", "manage-webhook.yaml", "csr.yaml"}), Described(scope));
}

TEST(PermissionsTest, AsksTheApiServerAboutOneVerb) {
  const Json review = MakeAccessReview({.verb = "patch",
                                        .group = "admissionregistration.k8s.io",
                                        .resource = "mutatingwebhookconfigurations",
                                        .name = "a"});
  EXPECT_EQ(review, Json::parse(R"({
      "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
      "spec": {"resourceAttributes": {"verb": "patch", "group": "admissionregistration.k8s.io",
               "resource": "mutatingwebhookconfigurations", "name": "a"}}})"));
}

TEST(PermissionsTest, ReadsTheAnswer) {
  EXPECT_EQ(IsAllowed(Json::parse(R"({"status":{"allowed":true}})")), true);
  EXPECT_EQ(IsAllowed(Json::parse(R"({"status":{"allowed":false,"reason":"x"}})")), false);
  EXPECT_EQ(IsAllowed(Json::parse(R"({"status":{}})")), std::nullopt);
  EXPECT_EQ(IsAllowed(Json::parse(R"({"status":{"allowed":"yes"}})")), std::nullopt);
  EXPECT_EQ(IsAllowed(Json(nullptr)), std::nullopt);
}

}  // namespace
}  // namespace sidecar::controller
