#include "cli/doctor/access.h"

#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "controller/options.h"
#include "lib/kube/protocol/resources.h"

namespace sidecar::cli {
namespace {

using controller::CertificateMode;
using diagnose::DoctorSnapshot;

struct Invocation {
  const diagnose::Object* pod = nullptr;
  bool is_controller = false;
  std::map<std::string, std::string, std::less<>> flags;

  std::string Get(std::string_view flag, std::string_view otherwise) const {
    const auto found = flags.find(flag);
    return found == flags.end() ? std::string(otherwise) : found->second;
  }
};

void ReadArguments(const yaml::Node& arguments, Invocation& invocation) {
  std::string last;
  for (const yaml::Node& argument : arguments.AsSequence()) {
    const std::string_view text = argument.AsString();
    if (text == "controller") invocation.is_controller = true;
    if (!text.starts_with("--")) {
      // The value of "--flag value".
      if (!last.empty()) invocation.flags[last] = text;
      last.clear();
      continue;
    }
    const std::size_t equals = text.find('=');
    last = text.substr(0, equals);
    invocation.flags[last] = equals == text.npos ? "true" : text.substr(equals + 1);
    if (equals != text.npos) last.clear();
  }
}

// How the injector was started, by the pod behind its Service.
Invocation InvocationOf(const DoctorSnapshot& snapshot) {
  Invocation invocation;
  for (const diagnose::Object* const pod : diagnose::OfKind(snapshot, kube::kPods.kind)) {
    if (diagnose::TextAt(pod->node, {"metadata", "labels", "component"}) == "kube-apiserver") {
      continue;
    }
    invocation.pod = pod;
    const yaml::Node* const containers = diagnose::FindPath(pod->node, {"spec", "containers"});
    if (containers == nullptr) continue;
    for (const yaml::Node& container : containers->AsSequence()) {
      for (const std::string_view field : {"command", "args"}) {
        const yaml::Node* const arguments = container.Find(field);
        if (arguments != nullptr) ReadArguments(*arguments, invocation);
      }
    }
  }
  return invocation;
}

CertificateMode ModeOf(std::string_view text) {
  if (text == "files") return CertificateMode::kFiles;
  return text == "csr" ? CertificateMode::kCsr : CertificateMode::kSelfSigned;
}

}  // namespace

std::optional<controller::PermissionScope> ScopeOf(const DoctorSnapshot& snapshot) {
  const Invocation run = InvocationOf(snapshot);
  if (!run.is_controller) return std::nullopt;
  const controller::ControllerOptions defaults;
  controller::PermissionScope scope;
  scope.control_namespace = run.pod->namespace_name;
  scope.inject_config_map = run.Get("--injectConfigMap", defaults.config_maps.inject.name);
  scope.mesh_config_map = run.Get("--meshConfigMap", defaults.config_maps.mesh.name);
  scope.webhook_configuration = run.Get("--webhookConfigName", defaults.webhook.configuration);
  scope.manage_webhook = run.Get("--manageWebhook", "false") == "true";
  scope.elects_leader = run.Get("--leaderElect", "true") == "true";
  const std::string service = run.Get("--service", defaults.webhook.service);
  scope.lease = run.Get("--leaseName", service);
  scope.deployment = run.Get("--deployment", service);
  scope.certificates = ModeOf(run.Get("--certMode", "self-signed"));
  scope.secret = run.Get("--secret", defaults.certificates.secret);
  scope.signer = run.Get("--signerName", "kubernetes.io/legacy-unknown");
  return scope;
}

std::string LeaseOf(const DoctorSnapshot& snapshot, const std::string& service) {
  const auto scope = ScopeOf(snapshot);
  return scope.has_value() ? scope->lease : service;
}

void SeeAccess(ClusterClient& cluster, DoctorSnapshot& snapshot) {
  const auto scope = ScopeOf(snapshot);
  if (!scope.has_value()) {
    snapshot.unseen.emplace("permissions",
                            "no pod that runs the controller is behind the injector's Service");
    return;
  }
  const Invocation run = InvocationOf(snapshot);
  std::string account(diagnose::TextAt(run.pod->node, {"spec", "serviceAccountName"}));
  if (account.empty()) account = "default";
  const std::string space(run.pod->namespace_name);
  snapshot.service_account = space + '/' + account;
  const std::string user = "system:serviceaccount:" + space + ':' + account;
  for (const controller::Permission& permission : controller::RequiredPermissions(*scope)) {
    kube::Json review = controller::MakeAccessReview(permission);
    review["kind"] = kube::kSubjectAccessReviews.kind;
    review["spec"]["user"] = user;
    review["spec"]["groups"] = {"system:serviceaccounts", "system:serviceaccounts:" + space,
                                "system:authenticated"};
    const auto reply =
        cluster.Call(kube::CreateRequest(kube::kSubjectAccessReviews, "", review.dump()));
    const auto allowed = reply.has_value() ? controller::IsAllowed(*reply) : std::nullopt;
    if (!allowed.has_value()) {
      snapshot.access.clear();
      snapshot.unseen.emplace("permissions", reply.has_value() ? "the API server does not tell"
                                                               : reply.error().message);
      return;
    }
    snapshot.access.push_back({controller::Describe(permission), permission.purpose, *allowed});
  }
}

}  // namespace sidecar::cli
