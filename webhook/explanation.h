#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/diagnose/object_set.h"
#include "lib/diagnose/webhook_view.h"
#include "lib/inject/decision.h"
#include "lib/kubetypes/label_selector.h"
#include "webhook/handler.h"
#include "webhook/injection_snapshot.h"

namespace sidecar::webhook {

// Why the pods of an object are, or are not, given a sidecar: every step from the object to the
// answer of the injection endpoint, for people. Pure, any thread.

enum class StepMark : std::uint8_t {
  kOk,
  kNote,    // Goes on, but a person should know.
  kStops,   // No sidecar, because of this.
  kBeyond,  // What would come after the step that stops.
};

// "ok", "note", "stops here", "not reached".
std::string_view ToString(StepMark mark);

struct ExplanationStep {
  std::string name;  // "pods", "namespace", "webhook", "configuration", "endpoint", "running".
  StepMark mark = StepMark::kOk;
  std::string text;
};

struct Explanation {
  std::vector<ExplanationStep> steps;
  // What the endpoint says if it is asked; nothing where the object makes no pods.
  std::optional<inject::Reason> reason;
  std::vector<std::string> warnings;  // The endpoint's.
  std::string error;                  // The endpoint's, or why it cannot read the pod.
  bool is_injected = false;           // All steps hold, and the pods have the sidecar afterwards;
                                      // those that run already have it, as far as that is known.
  std::string verdict;
  std::string remedy;  // What to change; empty where there is nothing to.
};

// The pods of a workload that run now.
struct RunningPods {
  std::size_t all = 0;
  std::size_t without_sidecar = 0;
};

// What decides besides the object.
struct ExplanationContext {
  // Nothing: no webhook configuration is known, and the namespaces are taken to be selected by the
  // label istio-injection=enabled. Those of other webhooks do not matter.
  std::optional<std::span<const diagnose::WebhookView>> webhooks;
  // Of the object's namespace; nothing: not known.
  std::optional<kubetypes::Labels> namespace_labels;
  // Take a namespace that is not known for one with istio-injection=enabled.
  bool assume_enabled = false;
  const InjectionSnapshot* snapshot = nullptr;
  AdmissionOptions admission;
  // Of a workload; nothing: not known. A pod that runs is itself what it says.
  std::optional<RunningPods> running;
};

// Follows a pod as it is, or a workload's pods as its controller would make them, which are put to
// AnswerAdmission.
Explanation Explain(const diagnose::Object& object, const ExplanationContext& context);

// What to change where the endpoint gives this reason; empty for Injected and AlreadyInjected.
std::string_view RemedyFor(inject::Reason reason);

// The review with which an API server would ask about the object's pods; empty where it makes none.
std::string MakeReview(const diagnose::Object& object);

}  // namespace sidecar::webhook
