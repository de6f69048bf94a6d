#include "lib/diagnose/injection_tally.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "lib/inject/annotations.h"
#include "lib/inject/status.h"

namespace sidecar::diagnose {
namespace {

using inject::Reason;

InjectionState StateWithoutSidecar(Reason reason) {
  switch (reason) {
    case Reason::kInjected:
    case Reason::kAlreadyInjected: return InjectionState::kMissing;
    case Reason::kPolicyDisabled:
    case Reason::kAnnotationOptOut: return InjectionState::kOptedOut;
    default: return InjectionState::kSkipped;
  }
}

const yaml::Node* ControllerOf(const yaml::Node& pod) {
  const yaml::Node* const owners = FindPath(pod, {"metadata", "ownerReferences"});
  if (owners == nullptr) return nullptr;
  for (const yaml::Node& owner : owners->AsSequence()) {
    const yaml::Node* const is_controller = owner.Find("controller");
    if (is_controller != nullptr && is_controller->kind == yaml::NodeKind::kBool &&
        is_controller->boolean) {
      return &owner;
    }
  }
  return nullptr;
}

void Worsen(OwnerStanding& owner, const PodStanding& pod, std::string_view created) {
  if (pod.state < owner.state) return;
  const bool is_same = pod.state == owner.state && !owner.since.empty();
  // RFC 3339 in UTC sorts as text.
  if (is_same && owner.since <= created) return;
  owner.state = pod.state;
  owner.reason = pod.reason;
  owner.version = pod.version;
  owner.since = created;
}

}  // namespace

std::string_view ToString(InjectionState state) {
  switch (state) {
    case InjectionState::kNotInMesh: return "notInMesh";
    case InjectionState::kInjected: return "injected";
    case InjectionState::kSkipped: return "skipped";
    case InjectionState::kOptedOut: return "optedOut";
    case InjectionState::kStale: return "stale";
    case InjectionState::kMissing: return "missing";
    case InjectionState::kFailed: return "failed";
  }
  return "unknown";
}

PodStanding StandingOf(const PodTemplate& pod, bool namespace_enabled,
                       const TallyOptions& options) {
  PodStanding standing;
  standing.reason = inject::Decide(FactsOf(pod), options.policy, inject::Trigger::kWebhook);
  if (HasSidecar(pod, options.sidecar_container)) {
    standing.state = InjectionState::kInjected;
    const auto annotation = AnnotationOf(pod, inject::kStatusAnnotation);
    const auto status =
        annotation.has_value() ? inject::ParseStatus(*annotation) : std::optional<inject::Status>();
    // Without a status nobody can tell; what was put there by hand is not ours to call stale.
    if (!status.has_value()) return standing;
    standing.version = status->version;
    if (!options.current_version.empty() && status->version != options.current_version) {
      standing.state = InjectionState::kStale;
    }
    return standing;
  }
  standing.state =
      namespace_enabled ? StateWithoutSidecar(standing.reason) : InjectionState::kNotInMesh;
  return standing;
}

OwnerKey OwnerOf(const PodTemplate& pod) {
  OwnerKey key{std::string(pod.object->namespace_name), std::string(pod.object->kind),
               std::string(pod.object->name)};
  const yaml::Node* const controller = ControllerOf(pod.object->node);
  if (controller == nullptr) return key;
  key.kind = TextAt(*controller, {"kind"});
  key.name = TextAt(*controller, {"name"});
  const auto hash = pod.labels.find("pod-template-hash");
  if (key.kind != "ReplicaSet" || hash == pod.labels.end()) return key;
  const std::string suffix = '-' + hash->second;
  if (key.name.size() <= suffix.size() || !key.name.ends_with(suffix)) return key;
  key.kind = "Deployment";
  key.name.resize(key.name.size() - suffix.size());
  return key;
}

std::size_t OwnerStanding::PodCount() const {
  return std::accumulate(pods.begin(), pods.end(), std::size_t{0});
}

void InjectionTally::AddPod(const PodTemplate& pod, bool namespace_enabled) {
  if (!pod.is_running) return;
  const PodStanding standing = StandingOf(pod, namespace_enabled, options_);
  OwnerStanding& owner = owners_[OwnerOf(pod)];
  ++owner.pods[static_cast<std::size_t>(standing.state)];
  Worsen(owner, standing, TextAt(pod.object->node, {"metadata", "creationTimestamp"}));
}

void InjectionTally::AddFailure(const OwnerKey& owner, std::string message) {
  OwnerStanding& standing = owners_[owner];
  standing.state = InjectionState::kFailed;
  standing.reason = Reason::kTemplateError;
  standing.message = std::move(message);
}

std::array<std::size_t, kInjectionStates> InjectionTally::Total(
    std::string_view namespace_name) const {
  std::array<std::size_t, kInjectionStates> total = {};
  for (const auto& [key, owner] : owners_) {
    if (!namespace_name.empty() && key.namespace_name != namespace_name) continue;
    for (std::size_t i = 0; i < total.size(); ++i) total[i] += owner.pods[i];
    if (owner.state == InjectionState::kFailed) {
      ++total[static_cast<std::size_t>(InjectionState::kFailed)];
    }
  }
  return total;
}

}  // namespace sidecar::diagnose
