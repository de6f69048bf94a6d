#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lib/diagnose/injection_scope.h"
#include "lib/diagnose/pod_template.h"
#include "lib/inject/decision.h"

namespace sidecar::diagnose {

// How a running pod stands to the injection that it would get today. Ordered by urgency, so that an
// owner is in the worst state of its pods.
enum class InjectionState : std::uint8_t {
  kNotInMesh,  // Neither has a sidecar nor should have one: the injector is not asked about it.
  kInjected,   // With the current template and images.
  kSkipped,    // Cannot or must not have one: host network, a mirror pod, an ignored namespace.
  kOptedOut,   // Its annotation, its label or the policy says no.
  kStale,      // With another template, or other images.
  kMissing,    // Should have one and has none.
  kFailed,     // Could not be created because the injection failed.
};
inline constexpr std::size_t kInjectionStates = 7;

// "injected", "optedOut", ... as the reports and commands spell it.
std::string_view ToString(InjectionState state);

struct TallyOptions {
  inject::Policy policy = inject::Policy::kEnabled;
  std::string current_version;  // SHA-256 of the template; empty: what is stale cannot be told.
  std::string sidecar_container = "istio-proxy";
  // What CurrentImages says of a pod; without it, only the template's hash tells what is stale.
  std::function<std::map<std::string, std::string>(const PodTemplate& pod)> current_images = {};
};

// How one pod stands, and why.
struct PodStanding {
  InjectionState state = InjectionState::kNotInMesh;
  inject::Reason reason = inject::Reason::kInjected;  // What a new pod like it would get.
  bool is_selected = true;                            // Whether the injector would be asked at all.
  std::string version;  // Of the template that it was injected with; empty if unknown.
  std::string message;  // Which image is not the current one.
};
PodStanding StandingOf(const PodTemplate& pod, Selection selection, const TallyOptions& options);

// What made pods: what a person restarts.
struct OwnerKey {
  std::string namespace_name;
  std::string kind;
  std::string name;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes what this becomes for a 0.
  auto operator<=>(const OwnerKey&) const = default;
};

// The pod's controller; a ReplicaSet's Deployment, told from the label pod-template-hash without a
// look at the ReplicaSet; the pod itself where it has none.
OwnerKey OwnerOf(const PodTemplate& pod);

struct OwnerStanding {
  InjectionState state = InjectionState::kNotInMesh;  // The worst.
  inject::Reason reason = inject::Reason::kInjected;  // Of a pod in that state.
  bool is_selected = true;
  std::string message;  // Of a failure, or which image is stale.
  std::string version;  // Of a pod in that state; empty if unknown.
  std::array<std::size_t, kInjectionStates> pods = {};
  std::string since;  // creationTimestamp of the oldest pod in that state.

  std::size_t PodCount() const;
  // Its reason's name; "NotSelected" where no webhook would ask about such a pod.
  std::string_view ReasonText() const;
};

// Pods counted by owner, so that memory is that of owners, however many pods are added. Belongs to
// one thread.
class InjectionTally {
 public:
  explicit InjectionTally(TallyOptions options) : options_(std::move(options)) {}

  // Pods that have ended, or that no API server knows, do not count.
  void AddPod(const PodTemplate& pod, Selection selection);

  // An owner whose pods cannot be created, with the API server's words.
  void AddFailure(const OwnerKey& owner, std::string message);

  const std::map<OwnerKey, OwnerStanding>& owners() const { return owners_; }

  // Pods by state, of one namespace or, if it is empty, of all.
  std::array<std::size_t, kInjectionStates> Total(std::string_view namespace_name = "") const;

 private:
  // The images that were looked at last, and what is wrong with them: the pods of an owner are
  // alike, so that few are rendered.
  struct JudgedImages {
    std::string images;
    std::string message;
  };

  void JudgeImages(const PodTemplate& pod, const OwnerKey& owner, PodStanding& standing);

  const TallyOptions options_;
  std::map<OwnerKey, OwnerStanding> owners_;
  std::map<OwnerKey, JudgedImages> judged_;
};

}  // namespace sidecar::diagnose
