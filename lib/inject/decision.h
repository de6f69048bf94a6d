#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sidecar::inject {

// Why a pod was, or was not, given a sidecar. One closed list with one spelling, wherever a reason
// is shown: reports, admission responses, logs, metric labels, Events.
enum class Reason : std::uint8_t {
  kInjected,
  kAlreadyInjected,    // It carries exactly what would be injected.
  kHostNetwork,        // Redirecting its traffic would redirect the node's.
  kSystemNamespace,    // kube-system, kube-public.
  kPolicyDisabled,     // The configuration's policy, and the pod does not ask for injection.
  kAnnotationOptOut,   // sidecar.istio.io/inject says no.
  kMirrorPod,          // The kubelet's image of a static pod; nobody can change it.
  kNotAPod,            // Nothing that contains a pod template.
  kSubresource,        // A part of a pod, or an action on it: its status, exec, eviction, ...
  kNotACreation,       // Containers cannot be added to a pod that exists.
  kInvalidPod,         // No Kubernetes type can hold it.
  kNoConfig,           // There is no usable configuration yet.
  kTemplateError,      // The template cannot be executed for this pod, or its result is no spec.
  kOutOfTime,          // The injection would not have been through before the caller gave up.
  kInvalidAnnotation,  // One that the template uses has a value that makes no sense.
};

// "Injected", "AlreadyInjected", ...
std::string_view ToString(Reason reason);

// The `policy` of an injection configuration.
enum class Policy : std::uint8_t {
  kUnknown,  // Anything but the two words: nothing is injected, whatever a pod asks for.
  kEnabled,
  kDisabled,
};
Policy ParsePolicy(std::string_view text);

// What the decision looks at.
struct PodFacts {
  std::string_view namespace_name;
  bool host_network = false;
  bool is_mirror = false;
  std::optional<std::string_view> inject_annotation;
};

enum class Trigger : std::uint8_t {
  kWebhook,           // Somebody creates a pod.
  kManual,            // Somebody asks to inject this document: policy and namespace have no say.
  kManualAsOldIstio,  // As kube-inject before Istio 1.9: nor has the pod's annotation.
};

// Whether to inject: Reason::kInjected, or why not. Istio's injectRequired (0.5 to 1.0) for
// Trigger::kWebhook. Pure.
Reason Decide(const PodFacts& pod, Policy policy, Trigger trigger);

}  // namespace sidecar::inject
