#include "controller/permissions.h"

#include <initializer_list>

#include <nlohmann/json.hpp>

#include "controller/injection_report.h"

namespace sidecar::controller {

namespace {

constexpr const char* kAdmission = "admissionregistration.k8s.io";
constexpr const char* kWebhooks = "mutatingwebhookconfigurations";
constexpr const char* kCertificates = "certificates.k8s.io";
constexpr const char* kRequests = "certificatesigningrequests";
constexpr const char* kOwnGroup = "sidecar-injector.istio.io";

class List {
 public:
  // `like` without its verb, once for each verb.
  void Add(std::initializer_list<const char*> verbs, const Permission& like) {
    for (const char* const verb : verbs) {
      permissions_.push_back(like);
      permissions_.back().verb = verb;
    }
  }
  std::vector<Permission> Take() { return std::move(permissions_); }

 private:
  std::vector<Permission> permissions_;
};

void AddCertificates(const PermissionScope& scope, List& list) {
  if (scope.certificates == CertificateMode::kFiles) return;
  Permission secret{.resource = "secrets",
                    .namespace_name = scope.control_namespace,
                    .name = scope.secret,
                    .purpose = "keep the certificate"};
  list.Add({"get", "update"}, secret);
  secret.name.clear();
  list.Add({"create"}, secret);
  if (scope.certificates != CertificateMode::kCsr) return;
  const std::string purpose = "have the certificate signed";
  list.Add({"get"}, {.resource = "configmaps",
                     .namespace_name = "kube-system",
                     .name = "extension-apiserver-authentication",
                     .purpose = "know the cluster's authority"});
  list.Add({"create", "get", "delete"},
           {.group = kCertificates, .resource = kRequests, .purpose = purpose});
  list.Add({"update"}, {.group = kCertificates,
                        .resource = kRequests,
                        .subresource = "approval",
                        .purpose = purpose});
  list.Add(
      {"approve"},
      {.group = kCertificates, .resource = "signers", .name = scope.signer, .purpose = purpose});
}

// Server-side apply of what does not exist takes `create` besides `patch`.
void AddReports(const PermissionScope& scope, List& list) {
  const auto add = [&](const char* resource, const std::string& name, const std::string& purpose) {
    Permission like{.group = kOwnGroup, .resource = resource, .purpose = purpose};
    list.Add({"create"}, like);
    like.name = name;
    list.Add({"get", "patch"}, like);
    like.subresource = "status";
    list.Add({"patch"}, like);
  };
  add("injectionreports", kReportName, "report on namespaces");
  add("injectorstatuses", scope.webhook_configuration, "report on the injector");
  list.Add({"get"}, {.group = "apps",
                     .resource = "deployments",
                     .namespace_name = scope.control_namespace,
                     .name = scope.deployment,
                     .purpose = "report on the injector's replicas"});
}

}  // namespace

std::string_view ToString(CertificateMode mode) {
  switch (mode) {
    case CertificateMode::kSelfSigned: return "self-signed";
    case CertificateMode::kCsr: return "csr";
    case CertificateMode::kFiles: break;
  }
  return "files";
}

std::vector<Permission> RequiredPermissions(const PermissionScope& scope) {
  List list;
  for (const std::string& name : {scope.inject_config_map, scope.mesh_config_map}) {
    list.Add({"list", "watch"}, {.resource = "configmaps",
                                 .namespace_name = scope.control_namespace,
                                 .name = name,
                                 .purpose = "follow the injection configuration"});
  }
  list.Add({"list", "watch"},
           {.resource = "namespaces", .purpose = "know which namespaces are injected"});
  list.Add({"list"}, {.resource = "pods", .purpose = "tell which pods have no sidecar yet"});
  list.Add({"list", "watch", "patch"}, {.group = kAdmission,
                                        .resource = kWebhooks,
                                        .name = scope.webhook_configuration,
                                        .purpose = "keep the webhook's caBundle right"});
  if (scope.manage_webhook) {
    list.Add({"create"},
             {.group = kAdmission, .resource = kWebhooks, .purpose = "create the webhook"});
  }
  if (scope.elects_leader) {
    Permission lease{.group = "coordination.k8s.io",
                     .resource = "leases",
                     .namespace_name = scope.control_namespace,
                     .name = scope.lease,
                     .purpose = "elect a leader"};
    list.Add({"get", "update"}, lease);
    lease.name.clear();
    list.Add({"create"}, lease);
  }
  // Events on objects without a namespace lie in `default`.
  for (const std::string& place : {scope.control_namespace, std::string("default")}) {
    list.Add({"create", "patch"},
             {.resource = "events", .namespace_name = place, .purpose = "write Events"});
  }
  AddCertificates(scope, list);
  AddReports(scope, list);
  return list.Take();
}

std::string Describe(const Permission& permission) {
  std::string text = permission.verb + ' ' + permission.resource;
  if (!permission.subresource.empty()) text += '/' + permission.subresource;
  if (!permission.group.empty()) text += '.' + permission.group;
  if (!permission.name.empty()) text += " \"" + permission.name + '"';
  if (!permission.namespace_name.empty()) text += " in namespace " + permission.namespace_name;
  return text;
}

Json MakeAccessReview(const Permission& permission) {
  Json attributes = {{"verb", permission.verb}, {"resource", permission.resource}};
  const auto add = [&](const char* field, const std::string& value) {
    if (!value.empty()) attributes[field] = value;
  };
  add("group", permission.group);
  add("subresource", permission.subresource);
  add("namespace", permission.namespace_name);
  add("name", permission.name);
  return {{"apiVersion", "authorization.k8s.io/v1"},
          {"kind", "SelfSubjectAccessReview"},
          {"spec", {{"resourceAttributes", std::move(attributes)}}}};
}

std::optional<bool> IsAllowed(const Json& review) {
  const Json* const allowed = FindField(review, "status.allowed");
  if (allowed == nullptr || !allowed->is_boolean()) return std::nullopt;
  return allowed->get<bool>();
}

}  // namespace sidecar::controller
