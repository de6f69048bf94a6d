#include "lib/diagnose/mesh_check.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "lib/diagnose/mesh_rules.h"

namespace sidecar::diagnose {
namespace {

using inject::Reason;

// What Istio's sidecar listens on; those of later releases are added to the first.
constexpr std::array<std::string_view, 6> kSidecarPorts = {"15000", "15001", "15006",
                                                           "15020", "15021", "15090"};
constexpr std::size_t kPortsOfOldReleases = 2;

std::string LabelsField(const PodTemplate& pod) {
  return std::string(pod.metadata_path) + ".labels";
}

}  // namespace

void MeshCheck::AddService(const Object& object) {
  std::optional<Service> service = FindService(object);
  if (!service.has_value()) return;
  CheckPortNames(*service, options_.compat, findings_);
  services_[object.namespace_name].push_back(*std::move(service));
}

void MeshCheck::Check(const Object& object) {
  const std::optional<PodTemplate> pod = FindPodTemplate(object);
  if (!pod.has_value()) return;
  const Selection selection = scope_.SelectionOf(object.namespace_name, pod->labels);
  if (pod->is_running && selection == Selection::kSelected) CheckSidecar(*pod);
  if (pod->is_owned) return;  // Its owner is looked at.
  CheckServices(*pod);
  CheckLabels(*pod);
  CheckContainers(*pod);
  CheckDecision(*pod, selection);
}

std::vector<Finding> MeshCheck::TakeFindings() {
  for (const auto& [owner, missing] : missing_) {
    if (missing.more == 0) continue;
    findings_[missing.finding].message += "; so it is with " + std::to_string(missing.more) +
                                          " more of " + owner.kind + '/' + owner.name;
  }
  missing_.clear();
  Sort(findings_);
  return std::exchange(findings_, {});
}

Reason MeshCheck::DecisionFor(const PodTemplate& pod) const {
  return inject::Decide(FactsOf(pod), options_.policy, inject::Trigger::kWebhook);
}

void MeshCheck::Report(const PodTemplate& pod, const Rule& rule, std::string field,
                       const yaml::Node* part, std::string message) {
  const yaml::Node& node = part == nullptr ? pod.object->node : *part;
  findings_.push_back({.rule = &rule,
                       .object = pod.object->Title(),
                       .namespace_name = std::string(pod.object->namespace_name),
                       .field = std::move(field),
                       .file = pod.object->source->file,
                       .line = pod.object->LineOf(node),
                       .message = std::move(message)});
}

void MeshCheck::CheckServices(const PodTemplate& pod) {
  std::vector<const Service*> services;
  const auto known = services_.find(pod.object->namespace_name);
  if (known != services_.end()) {
    for (const Service& service : known->second) {
      if (service.Selects(pod)) services.push_back(&service);
    }
  }
  if (services.empty()) {
    const bool can_tell = options_.has_all_services || known != services_.end();
    // Nobody calls a job.
    if (!can_tell || pod.runs_to_completion) return;
    Report(pod, rules::kNoService, LabelsField(pod), pod.metadata,
           "no Service of namespace \"" + std::string(pod.object->namespace_name) +
               "\" selects its pods");
  }
  CheckServicesOf(pod, services, options_.compat, findings_);
}

void MeshCheck::CheckLabels(const PodTemplate& pod) {
  if (pod.runs_to_completion) return;
  const auto app = pod.labels.find("app");
  if (app == pod.labels.end() || app->second.empty()) {
    Report(pod, rules::kNoApp, LabelsField(pod), pod.metadata,
           app == pod.labels.end() ? "pods have no label app" : "the label app is empty");
    return;
  }
  const auto version = pod.labels.find("version");
  if (version == pod.labels.end()) {
    Report(pod, rules::kNoVersion, LabelsField(pod), pod.metadata, "pods have no label version");
  }
  if (pod.is_pod) return;
  const std::string version_text = version == pod.labels.end() ? "" : version->second;
  const AppKey key = {std::string(pod.object->namespace_name), app->second, version_text};
  const auto [first, is_new] = apps_.try_emplace(key, pod.object->Title());
  if (is_new) return;
  Report(pod, rules::kSameApp, LabelsField(pod), pod.metadata,
         first->second + " has the label app \"" + app->second + "\" too" +
             (version_text.empty() ? ", and neither has a version"
                                   : ", and the same version \"" + version_text + '"'));
}

void MeshCheck::CheckContainers(const PodTemplate& pod) {
  if (HasSidecar(pod, options_.sidecar_container)) return;  // It is the sidecar that uses them.
  const std::string user = std::to_string(options_.proxy_user);
  CheckUser(pod, pod.spec->Find("securityContext"),
            std::string(pod.spec_path) + ".securityContext.runAsUser", user);
  for (const ContainerRef& container : ContainersOf(pod)) {
    CheckUser(pod, container.node->Find("securityContext"),
              container.path + ".securityContext.runAsUser", user);
    CheckPorts(pod, container);
  }
}

void MeshCheck::CheckUser(const PodTemplate& pod, const yaml::Node* security, std::string field,
                          const std::string& user) {
  const yaml::Node* const id = security == nullptr ? nullptr : security->Find("runAsUser");
  if (id == nullptr || id->NumberText() != user) return;
  Report(pod, rules::kProxyUser, std::move(field), id, "runs as user " + user);
}

void MeshCheck::CheckPorts(const PodTemplate& pod, const ContainerRef& container) {
  const yaml::Node* const ports = container.node->Find("ports");
  if (ports == nullptr) return;
  const std::size_t known =
      options_.compat >= inject::Compat::k1_0 ? kSidecarPorts.size() : kPortsOfOldReleases;
  std::size_t index = 0;
  for (const yaml::Node& port : ports->AsSequence()) {
    const yaml::Node* const number = port.Find("containerPort");
    const std::string text = number == nullptr ? std::string() : number->NumberText();
    const auto* const end = kSidecarPorts.begin() + known;
    if (std::find(kSidecarPorts.begin(), end, text) != end) {
      Report(pod, rules::kReservedPort,
             container.path + ".ports[" + std::to_string(index) + "].containerPort", number,
             "port " + text + " is one that the sidecar listens on");
    }
    ++index;
  }
}

// Of a running pod: whether it should have a sidecar and has none.
void MeshCheck::CheckSidecar(const PodTemplate& pod) {
  if (HasSidecar(pod, options_.sidecar_container)) return;
  if (DecisionFor(pod) != Reason::kInjected) return;
  const auto [known, is_first] = missing_.try_emplace(OwnerOf(pod), Missing{findings_.size(), 0});
  if (!is_first) {
    ++known->second.more;
    return;
  }
  Report(pod, rules::kNoSidecar, "", nullptr,
         "namespace \"" + std::string(pod.object->namespace_name) +
             "\" is enabled, but the pod has no container \"" + options_.sidecar_container +
             "\": it was created before, or while the injector could not be reached");
}

// Of what makes pods: whether these will be left alone.
void MeshCheck::CheckDecision(const PodTemplate& pod, Selection selection) {
  if (selection == Selection::kNone) return;
  if (selection == Selection::kExcluded) {
    Report(pod, rules::kNotInjected, LabelsField(pod), pod.metadata,
           "an objectSelector of the injector's webhook excludes its labels");
    return;
  }
  const Reason reason = DecisionFor(pod);
  if (reason == Reason::kInjected || reason == Reason::kAlreadyInjected) return;
  if (reason == Reason::kHostNetwork) {
    Report(pod, rules::kHostNetwork, std::string(pod.spec_path) + ".hostNetwork",
           pod.spec->Find("hostNetwork"), "hostNetwork is true in an enabled namespace");
    return;
  }
  Report(pod, rules::kNotInjected, std::string(pod.metadata_path), pod.metadata,
         "reason " + std::string(ToString(reason)));
}

std::vector<Finding> CheckMesh(const ObjectSet& set, const InjectionScope& scope,
                               const MeshCheckOptions& options) {
  MeshCheck check(scope, options);
  for (const Object& object : set.objects()) check.AddService(object);
  for (const Object& object : set.objects()) check.Check(object);
  return check.TakeFindings();
}

std::vector<const Rule*> MeshRules() {
  return {std::begin(rules::kAll), std::end(rules::kAll)};
}

}  // namespace sidecar::diagnose
