#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lib/diagnose/pod_template.h"
#include "lib/inject/decision.h"

namespace sidecar::diagnose {

// How a running pod stands to the injection that it would get today. Ordered by urgency, so that an
// owner is in the worst state of its pods.
enum class InjectionState : std::uint8_t {
  kNotInMesh,  // Neither has a sidecar nor should have one: its namespace is not enabled.
  kInjected,   // With the current template.
  kSkipped,    // Cannot or must not have one: host network, a mirror pod, an ignored namespace.
  kOptedOut,   // Its annotation, its label or the policy says no.
  kStale,      // With another template.
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
};

// How one pod stands, and why.
struct PodStanding {
  InjectionState state = InjectionState::kNotInMesh;
  inject::Reason reason = inject::Reason::kInjected;  // What a new pod like it would get.
  std::string version;  // Of the template that it was injected with; empty if unknown.
};
PodStanding StandingOf(const PodTemplate& pod, bool namespace_enabled, const TallyOptions& options);

// What made pods: what a person restarts.
struct OwnerKey {
  std::string namespace_name;
  std::string kind;
  std::string name;
  auto operator<=>(const OwnerKey&) const = default;
};

// The pod's controller; a ReplicaSet's Deployment, told from the label pod-template-hash without a
// look at the ReplicaSet; the pod itself where it has none.
OwnerKey OwnerOf(const PodTemplate& pod);

struct OwnerStanding {
  InjectionState state = InjectionState::kNotInMesh;  // The worst.
  inject::Reason reason = inject::Reason::kInjected;  // Of a pod in that state.
  std::string message;                                // Of a failure.
  std::string version;                                // Of a pod in that state; empty if unknown.
  std::array<std::size_t, kInjectionStates> pods = {};
  std::string since;  // creationTimestamp of the oldest pod in that state.

  std::size_t PodCount() const;
};

// Pods counted by owner, so that memory is that of owners, however many pods are added. Belongs to
// one thread.
class InjectionTally {
 public:
  explicit InjectionTally(TallyOptions options) : options_(std::move(options)) {}

  // Pods that have ended, or that no API server knows, do not count.
  void AddPod(const PodTemplate& pod, bool namespace_enabled);

  // An owner whose pods cannot be created, with the API server's words.
  void AddFailure(const OwnerKey& owner, std::string message);

  const std::map<OwnerKey, OwnerStanding>& owners() const { return owners_; }

  // Pods by state, of one namespace or, if it is empty, of all.
  std::array<std::size_t, kInjectionStates> Total(std::string_view namespace_name = "") const;

 private:
  const TallyOptions options_;
  std::map<OwnerKey, OwnerStanding> owners_;
};

}  // namespace sidecar::diagnose
