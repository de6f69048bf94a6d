#include "lib/diagnose/mesh_check.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "lib/diagnose/mesh_rules.h"
#include "lib/diagnose/pod_template.h"
#include "lib/diagnose/service_rules.h"

namespace sidecar::diagnose {
namespace {

using inject::Reason;

constexpr std::string_view kNamespaceLabel = "istio-injection";
// What Istio's sidecar listens on; those of later releases are added to the first.
constexpr std::array<std::string_view, 6> kSidecarPorts = {"15000", "15001", "15006",
                                                           "15020", "15021", "15090"};
constexpr std::size_t kPortsOfOldReleases = 2;

class MeshCheck {
 public:
  MeshCheck(const ObjectSet& set, const MeshCheckOptions& options) : options_(options) {
    for (const Object& object : set.objects()) {
      if (std::optional<Service> service = FindService(object)) {
        namespaces_with_services_.insert(object.namespace_name);
        services_.push_back(*std::move(service));
      } else if (std::optional<PodTemplate> pod = FindPodTemplate(object)) {
        pods_.push_back(*std::move(pod));
      } else if (object.kind == "Namespace") {
        const kubetypes::Labels labels = kubetypes::ReadLabels(object.node.Find("metadata"));
        const auto label = labels.find(kNamespaceLabel);
        enabled_[object.name] = label != labels.end() && label->second == "enabled";
      }
    }
  }

  std::vector<Finding> Run() && {
    for (const Service& service : services_) {
      CheckPortNames(service, options_.compat, findings_);
    }
    for (const PodTemplate& pod : pods_) {
      if (pod.is_running && IsEnabled(pod)) CheckSidecar(pod);
      if (pod.is_owned) continue;  // Its owner is looked at.
      CheckServices(pod);
      CheckLabels(pod);
      CheckContainers(pod);
      if (IsEnabled(pod)) CheckDecision(pod);
    }
    Sort(findings_);
    return std::move(findings_);
  }

 private:
  bool IsEnabled(const PodTemplate& pod) const {
    const auto known = enabled_.find(pod.object->namespace_name);
    return known == enabled_.end() ? options_.assume_enabled : known->second;
  }

  Reason DecisionFor(const PodTemplate& pod) const {
    return inject::Decide(FactsOf(pod), options_.policy, inject::Trigger::kWebhook);
  }

  void Report(const PodTemplate& pod, const Rule& rule, std::string field, const yaml::Node* part,
              std::string message) {
    const yaml::Node& node = part == nullptr ? pod.object->node : *part;
    findings_.push_back({.rule = &rule,
                         .object = pod.object->Title(),
                         .namespace_name = std::string(pod.object->namespace_name),
                         .field = std::move(field),
                         .file = pod.object->source->file,
                         .line = pod.object->LineOf(node),
                         .message = std::move(message)});
  }

  void CheckServices(const PodTemplate& pod) {
    std::vector<const Service*> services;
    for (const Service& service : services_) {
      if (service.Selects(pod)) services.push_back(&service);
    }
    if (services.empty()) {
      const bool can_tell = options_.has_all_services ||
                            namespaces_with_services_.contains(pod.object->namespace_name);
      // Nobody calls a job.
      if (!can_tell || pod.runs_to_completion) return;
      Report(pod, rules::kNoService, LabelsField(pod), pod.metadata,
             "no Service of namespace \"" + std::string(pod.object->namespace_name) +
                 "\" selects its pods");
    }
    CheckServicesOf(pod, services, options_.compat, findings_);
  }

  void CheckLabels(const PodTemplate& pod) {
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
    const auto [first, is_new] = apps_.try_emplace(key, pod.object);
    if (is_new) return;
    Report(pod, rules::kSameApp, LabelsField(pod), pod.metadata,
           first->second->Title() + " has the label app \"" + app->second + "\" too" +
               (version_text.empty() ? ", and neither has a version"
                                     : ", and the same version \"" + version_text + '"'));
  }

  void CheckContainers(const PodTemplate& pod) {
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

  void CheckUser(const PodTemplate& pod, const yaml::Node* security, std::string field,
                 const std::string& user) {
    const yaml::Node* const id = security == nullptr ? nullptr : security->Find("runAsUser");
    if (id == nullptr || id->NumberText() != user) return;
    Report(pod, rules::kProxyUser, std::move(field), id, "runs as user " + user);
  }

  void CheckPorts(const PodTemplate& pod, const ContainerRef& container) {
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
  void CheckSidecar(const PodTemplate& pod) {
    if (HasSidecar(pod, options_.sidecar_container)) return;
    if (DecisionFor(pod) != Reason::kInjected) return;
    Report(pod, rules::kNoSidecar, "", nullptr,
           "namespace \"" + std::string(pod.object->namespace_name) +
               "\" is enabled, but the pod has no container \"" + options_.sidecar_container +
               "\": it was created before, or while the injector could not be reached");
  }

  // Of what makes pods: whether these will be left alone.
  void CheckDecision(const PodTemplate& pod) {
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

  static std::string LabelsField(const PodTemplate& pod) {
    return std::string(pod.metadata_path) + ".labels";
  }

  using AppKey = std::array<std::string, 3>;  // Namespace, app, version.

  const MeshCheckOptions& options_;
  std::vector<Service> services_;
  std::vector<PodTemplate> pods_;
  std::set<std::string_view> namespaces_with_services_;
  std::map<std::string_view, bool> enabled_;
  std::map<AppKey, const Object*> apps_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> CheckMesh(const ObjectSet& set, const MeshCheckOptions& options) {
  return MeshCheck(set, options).Run();
}

std::vector<const Rule*> MeshRules() {
  return {std::begin(rules::kAll), std::end(rules::kAll)};
}

}  // namespace sidecar::diagnose
