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

InjectionState StateWithoutSidecar(Selection selection, Reason reason) {
  if (selection == Selection::kNone) return InjectionState::kNotInMesh;
  if (selection == Selection::kExcluded) return InjectionState::kOptedOut;
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
  owner.is_selected = pod.is_selected;
  owner.version = pod.version;
  owner.message = pod.message;
  owner.since = created;
}

// What was injected into a pod and which image it has: "istio-proxy=istio/proxy:1\n...".
std::string InjectedImages(const PodTemplate& pod) {
  const auto annotation = AnnotationOf(pod, inject::kStatusAnnotation);
  const auto status =
      annotation.has_value() ? inject::ParseStatus(*annotation) : std::optional<inject::Status>();
  if (!status.has_value()) return {};
  std::string images;
  for (const ContainerRef& container : ContainersOf(pod)) {
    const auto& names = container.is_init ? status->init_containers : status->containers;
    const std::string_view name = TextAt(*container.node, {"name"});
    if (std::find(names.begin(), names.end(), name) == names.end()) continue;
    images.append(name).append("=").append(TextAt(*container.node, {"image"})).append("\n");
  }
  return images;
}

// The first of `images`, as InjectedImages has them, that is not the current one.
std::string OtherThan(const std::map<std::string, std::string>& current, std::string_view images) {
  while (!images.empty()) {
    const std::string_view line = images.substr(0, images.find('\n'));
    images.remove_prefix(line.size() + 1);
    const std::string name(line.substr(0, line.find('=')));
    const std::string_view image = line.substr(name.size() + 1);
    const auto wanted = current.find(name);
    if (wanted == current.end() || wanted->second == image) continue;
    return "image " + std::string(image) + " of container \"" + name + "\" is now " +
           wanted->second;
  }
  return {};
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

PodStanding StandingOf(const PodTemplate& pod, Selection selection, const TallyOptions& options) {
  PodStanding standing;
  standing.is_selected = selection == Selection::kSelected;
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
  standing.state = StateWithoutSidecar(selection, standing.reason);
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

std::string_view OwnerStanding::ReasonText() const {
  return is_selected ? inject::ToString(reason) : std::string_view("NotSelected");
}

void InjectionTally::JudgeImages(const PodTemplate& pod, const OwnerKey& owner,
                                 PodStanding& standing) {
  std::string images = InjectedImages(pod);
  if (images.empty()) return;
  JudgedImages& judged = judged_[owner];
  if (judged.images != images) {
    judged.message = OtherThan(options_.current_images(pod), images);
    judged.images = std::move(images);
  }
  if (judged.message.empty()) return;
  standing.state = InjectionState::kStale;
  standing.message = judged.message;
}

void InjectionTally::AddPod(const PodTemplate& pod, Selection selection) {
  if (!pod.is_running) return;
  PodStanding standing = StandingOf(pod, selection, options_);
  const OwnerKey key = OwnerOf(pod);
  if (standing.state == InjectionState::kInjected && options_.current_images) {
    JudgeImages(pod, key, standing);
  }
  OwnerStanding& owner = owners_[key];
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
