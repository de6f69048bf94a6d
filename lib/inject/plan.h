#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/result.h"
#include "lib/gotemplate/value.h"
#include "lib/inject/rendered.h"
#include "lib/inject/status.h"
#include "lib/inject/workload.h"

namespace sidecar::inject {

// What one list of a pod spec loses and gains.
struct ListPlan {
  std::vector<std::size_t> remove;   // Ascending indices of the pod's elements.
  std::span<gotemplate::Value> add;  // Elements of the Rendered that the plan was made from.
};

// What an injection does to a pod, however it is carried out: as a change of a document here, as a
// JSON Patch in the webhook. Views the Rendered, which must outlive it.
struct Plan {
  std::array<ListPlan, kPodLists> lists;
  std::string_view status;  // The new value of the status annotation.

  ListPlan& list(PodList which) { return lists[static_cast<std::size_t>(which)]; }
  const ListPlan& list(PodList which) const { return lists[static_cast<std::size_t>(which)]; }
};

// Which elements of the pod's lists an earlier injection put there, going by its status; none if
// there was no earlier injection. For each PodList ascending indices.
std::array<std::vector<std::size_t>, kPodLists> FindInjected(const gotemplate::Value& spec,
                                                             const Status& previous);

// The status of the earlier injection of a pod, from its annotation; where that is of a form from
// before it listed names, Istio's names of that time. Without an annotation there was none,
// whatever the pod's containers are called.
std::optional<Status> FindPreviousStatus(const PodParts& pod);

// As FindPreviousStatus, but as Istio's webhook does it (injectionStatus): the legacy names are
// assumed whatever the pod has, so that a volume of such a name never occurs twice.
Status PreviousStatusForPatch(const PodParts& pod);

// Carries the plan out. An element is replaced where one of its name is removed; the rest of what
// is added goes to the end, in order. Image pull secrets stay as they are: Istio's kube-inject
// names them in the status but does not add them. The annotation is set.
void Apply(const Plan& plan, const PodParts& pod, Arena& arena);

// Kubernetes refuses a pod with two containers or volumes of one name. An error names what the plan
// would add twice, or beside one of the user's own.
Result<void> CheckNames(const Plan& plan, const PodParts& pod);

// The annotation of an ObjectMeta, or of the one that an injection goes by; nothing without it.
std::optional<std::string_view> FindAnnotation(const gotemplate::Value& metadata,
                                               std::string_view name);
inline std::optional<std::string_view> FindAnnotation(const PodParts& pod, std::string_view name) {
  return FindAnnotation(pod.metadata, name);
}

}  // namespace sidecar::inject
