#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "lib/base/arena.h"
#include "lib/base/result.h"
#include "lib/inject/decision.h"
#include "lib/inject/plan.h"
#include "lib/inject/renderer.h"

namespace sidecar::inject {

// A plan with what it refers to.
struct PodInjection {
  std::shared_ptr<const Rendered> rendered;
  Plan plan;
};

struct PlanOptions {
  // Is told what an error is about: the annotations, the template or its result.
  Reason* reason = nullptr;
  // Asked while the template runs; true ends the work with kDeadlineExceeded.
  std::function<bool()> is_late;
  // If given, gets what the template printed, also where that is no spec.
  std::string* text = nullptr;
};

// Works out the injection for a pod that Decide() lets through: validates annotations where the
// release does, renders, and finds what of an earlier injection (`previous`) is replaced. While the
// template runs, the pod appears to it without the earlier injection, so that the result does not
// depend on how often a pod was injected.
//
// Errors: kInvalidArgument of the annotations, the template or its result; kDeadlineExceeded.
Result<PodInjection> PlanInjection(const PodParts& pod, const std::optional<Status>& previous,
                                   Renderer& renderer, Arena& arena,
                                   const PlanOptions& options = {});

}  // namespace sidecar::inject
