#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/kube/json.h"
#include "lib/kube/protocol/request.h"
#include "lib/kubetypes/label_selector.h"

namespace sidecar::cli {

// What `restart` has to know of Deployments, StatefulSets and DaemonSets as an API server shows
// them. Pure.

// The resource of "deployment", "deploy", "Deployment.apps", ...; null if a change of its pod
// template replaces no pods.
const kube::Resource* FindRestartable(std::string_view kind);

// Why a change of its pod template would not replace its pods: it is paused, or replaces them only
// once somebody deletes them. Empty where it would.
std::string WhyNotRestartable(const kube::Json& owner);

struct Rollout {
  bool is_done = false;  // All its pods are of the newest template and available.
  std::string text;      // "1 of 3 new pods are available"
  std::string failure;   // Why it has failed for good; empty while there is hope.
};

// How far it is, by the rules of `kubectl rollout status`.
Rollout RolloutOf(const kube::Json& owner);

// The labels of its pods.
kubetypes::Labels PodLabelsOf(const kube::Json& owner);

// How many of its pods are taken down at once before new ones are available, by its update
// strategy: the rollouts of Deployments and DaemonSets that begin with new pods take none.
std::int64_t TakesDown(const kube::Json& owner);

// A PodDisruptionBudget.
struct Budget {
  std::string name;
  kubetypes::LabelSelector selector;
  std::int64_t allowed = 0;  // How many of its pods may be disrupted now.
};

// Those of a list, without those that protect no pod. Of policy/v1 an empty selector selects all
// pods, of v1beta1 none.
std::vector<Budget> ReadBudgets(const kube::Json& list);

// Which budget forbids to take down so many pods with these labels; empty if none does. No rollout
// asks the budgets itself: those are for evictions.
std::string ForbiddenBy(const std::vector<Budget>& budgets, const kubetypes::Labels& pod_labels,
                        std::int64_t takes_down);

// The strategic merge patch with which kubectl restarts. `now` is RFC 3339.
std::string RestartPatch(const std::string& now);

// Whether an Endpoints object has an address that is ready.
bool HasReadyAddress(const kube::Json& endpoints);

}  // namespace sidecar::cli
