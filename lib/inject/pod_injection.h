#pragma once

#include <memory>
#include <optional>
#include <string>

#include "lib/base/arena.h"
#include "lib/base/result.h"
#include "lib/inject/plan.h"
#include "lib/inject/renderer.h"

namespace sidecar::inject {

// A plan with what it refers to.
struct PodInjection {
  std::shared_ptr<const Rendered> rendered;
  Plan plan;
};

// Works out the injection for a pod that Decide() lets through: validates annotations where the
// release does, renders, and finds what of an earlier injection (`previous`) is replaced. While the
// template runs, the pod appears to it without the earlier injection, so that the result does not
// depend on how often a pod was injected.
//
// Errors: kInvalidArgument of the annotations, the template or its result. `reason`, if given, then
// tells which.
Result<PodInjection> PlanInjection(const PodParts& pod, const std::optional<Status>& previous,
                                   Renderer& renderer, Arena& arena, Reason* reason = nullptr);

}  // namespace sidecar::inject
