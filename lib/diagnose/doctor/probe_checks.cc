#include <string>

#include "lib/diagnose/doctor/groups.h"

// The whole way of a pod, once.

namespace sidecar::diagnose {
namespace {

std::string Milliseconds(const ProbeOutcome& probe) {
  return std::to_string(probe.latency.count()) + " ms";
}

CheckResult CheckInjected(const DoctorSnapshot& snapshot) {
  if (!snapshot.probe.has_value()) return Skip(WhyUnseen(snapshot, "probe"));
  const ProbeOutcome& probe = *snapshot.probe;
  const std::string object = "Namespace/" + probe.namespace_name;
  if (!probe.refusal.empty()) {
    CheckResult result;
    result.Add(object, "the API server refused a pod: " + probe.refusal);
    return result;
  }
  if (!probe.injected.empty()) {
    return Fine(probe.injected + " in namespace " + probe.namespace_name + ", " +
                Milliseconds(probe));
  }
  CheckResult result;
  result.Add(object,
             "a pod came back without sidecar: the webhook was not called, could not be reached "
             "and fails open, or the policy says no");
  return result;
}

CheckResult CheckLatency(const DoctorSnapshot& snapshot) {
  if (!snapshot.probe.has_value()) return Skip(WhyUnseen(snapshot, "probe"));
  const ProbeOutcome& probe = *snapshot.probe;
  if (probe.injected.empty()) return Skip("the probe was not injected");
  constexpr std::chrono::milliseconds kSlow{1000};
  CheckResult result = Fine(Milliseconds(probe));
  if (probe.latency > kSlow) {
    result.Add("Namespace/" + probe.namespace_name,
               "a pod took " + Milliseconds(probe) + " to be created, as a dry run");
  }
  return result;
}

constexpr Check kInjected = {
    {"ProbeNotInjected", Severity::kError,
     "A pod of a selected namespace, created as a dry run, must come back with a sidecar.",
     "See the errors above; the API server's words are explained in docs/OPERATIONS.md, and "
     "sidecar-injector explain tells step by step."},
    &CheckInjected};
constexpr Check kLatency = {
    {"ProbeSlow", Severity::kWarning, "Creating a pod as a dry run should take less than a second.",
     "Look at the injector's latency metric: if it is low, the time is spent on the way or in "
     "other "
     "webhooks."},
    &CheckLatency};

}  // namespace

std::vector<const Check*> ProbeChecks() {
  return {&kInjected, &kLatency};
}

}  // namespace sidecar::diagnose
