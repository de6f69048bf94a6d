#include "controller/pod_survey.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

namespace sidecar::controller {

namespace {

constexpr std::string_view kSidecar = "istio-proxy";

// A member whose key holds dots.
const Json* Member(const Json* object, std::string_view key) {
  if (object == nullptr || !object->is_object()) return nullptr;
  const auto member = object->find(key);
  return member == object->end() ? nullptr : &*member;
}

bool HasSidecar(const Json& pod) {
  if (Member(FindField(pod, "metadata.annotations"), "sidecar.istio.io/status") != nullptr) {
    return true;
  }
  // Before there was an annotation, and where a template is written by hand; as an init container
  // since Kubernetes has sidecars of its own.
  for (const char* const list : {"spec.containers", "spec.initContainers"}) {
    const Json* const containers = FindField(pod, list);
    if (containers == nullptr || !containers->is_array()) continue;
    if (std::any_of(containers->begin(), containers->end(), [](const Json& container) {
          return StringField(container, "name") == kSidecar;
        })) {
      return true;
    }
  }
  return false;
}

bool WouldBeInjected(const Json& pod, const std::string& namespace_name, inject::Policy policy) {
  const Json* const annotations = FindField(pod, "metadata.annotations");
  const Json* const labels = FindField(pod, "metadata.labels");
  const Json* const host_network = FindField(pod, "spec.hostNetwork");
  inject::PodFacts facts;
  facts.namespace_name = namespace_name;
  facts.host_network = host_network != nullptr && *host_network == true;
  facts.is_mirror = Member(annotations, "kubernetes.io/config.mirror") != nullptr;
  const Json* const wish = Member(annotations, "sidecar.istio.io/inject");
  if (wish != nullptr && wish->is_string()) {
    facts.inject_annotation = wish->get_ref<const std::string&>();
  }
  const Json* const label = Member(labels, "sidecar.istio.io/inject");
  if (label != nullptr && *label == "false") return false;  // As the webhook's objectSelector.
  return inject::Decide(facts, policy, inject::Trigger::kWebhook) == inject::Reason::kInjected;
}

// The controller that would create the pod anew.
std::string OwnerKind(const Json& pod) {
  const Json* const owners = FindField(pod, "metadata.ownerReferences");
  if (owners == nullptr || !owners->is_array()) return {};
  for (const Json& owner : *owners) {
    const Json* const controls = FindField(owner, "controller");
    if (controls != nullptr && *controls == true) return StringField(owner, "kind");
  }
  return {};
}

std::string Pods(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " pod" : " pods");
}

}  // namespace

void Survey(const Json& pod, const std::string& namespace_name, inject::Policy policy,
            PodSurvey& survey) {
  const std::string phase = StringField(pod, "status.phase");
  if (phase == "Succeeded" || phase == "Failed") return;
  if (FindField(pod, "metadata.deletionTimestamp") != nullptr) return;
  ++survey.running;
  if (HasSidecar(pod) || !WouldBeInjected(pod, namespace_name, policy)) return;
  ++survey.missing;
  const std::string owner = OwnerKind(pod);
  if (owner.empty()) {
    ++survey.bare;
  } else if (owner == "ReplicaSet") {
    survey.restartable.insert("deployment");
  } else if (owner == "StatefulSet" || owner == "DaemonSet") {
    survey.restartable.insert(owner == "StatefulSet" ? "statefulset" : "daemonset");
  } else {
    ++survey.other_owners;
  }
}

std::string Advice(const PodSurvey& survey, const std::string& namespace_name) {
  if (survey.missing == 0) return {};
  std::string text = Pods(survey.missing) + " of " + std::to_string(survey.running) +
                     " running in this namespace " + (survey.missing == 1 ? "has" : "have") +
                     " no sidecar yet";
  if (!survey.restartable.empty()) {
    std::string kinds;
    for (const std::string& kind : survey.restartable) kinds += (kinds.empty() ? "" : ",") + kind;
    text += "; to restart them: sidecar-injector restart --missing -n " + namespace_name +
            ", or kubectl rollout restart " + kinds + " -n " + namespace_name;
  }
  const std::size_t rest = survey.bare + survey.other_owners;
  if (rest != 0) {
    text += "; " + Pods(rest) + ", bare or of Jobs and the like, must be created anew by hand";
  }
  return text;
}

}  // namespace sidecar::controller
