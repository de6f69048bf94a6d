#include "lib/inject/decision.h"

#include <algorithm>
#include <array>

#include "lib/base/ascii.h"

namespace sidecar::inject {
namespace {

constexpr std::array<std::string_view, 2> kSystemNamespaces = {"kube-system", "kube-public"};

enum class Wish : std::uint8_t { kNone, kYes, kNo };

Wish WishOf(const PodFacts& pod) {
  if (!pod.inject_annotation.has_value() || pod.inject_annotation->empty()) return Wish::kNone;
  constexpr std::array<std::string_view, 4> kYes = {"y", "yes", "true", "on"};
  const bool yes = std::any_of(kYes.begin(), kYes.end(), [&](std::string_view word) {
    return EqualsIgnoringCase(*pod.inject_annotation, word);
  });
  return yes ? Wish::kYes : Wish::kNo;
}

}  // namespace

std::string_view ToString(Reason reason) {
  switch (reason) {
    case Reason::kInjected: return "Injected";
    case Reason::kAlreadyInjected: return "AlreadyInjected";
    case Reason::kHostNetwork: return "HostNetwork";
    case Reason::kSystemNamespace: return "SystemNamespace";
    case Reason::kPolicyDisabled: return "PolicyDisabled";
    case Reason::kAnnotationOptOut: return "AnnotationOptOut";
    case Reason::kMirrorPod: return "MirrorPod";
    case Reason::kNotAPod: return "NotAPod";
    case Reason::kSubresource: return "Subresource";
    case Reason::kNotACreation: return "NotACreation";
    case Reason::kInvalidPod: return "InvalidPod";
    case Reason::kNoConfig: return "NoConfig";
    case Reason::kTemplateError: return "TemplateError";
    case Reason::kOutOfTime: return "OutOfTime";
    case Reason::kInvalidAnnotation: return "InvalidAnnotation";
  }
  return "Unknown";
}

Policy ParsePolicy(std::string_view text) {
  if (text == "enabled") return Policy::kEnabled;
  if (text == "disabled") return Policy::kDisabled;
  return Policy::kUnknown;
}

Reason Decide(const PodFacts& pod, Policy policy, Trigger trigger) {
  if (pod.host_network) return Reason::kHostNetwork;
  if (trigger == Trigger::kManualAsOldIstio) return Reason::kInjected;

  const Wish wish = WishOf(pod);
  if (trigger == Trigger::kManual) {
    return wish == Wish::kNo ? Reason::kAnnotationOptOut : Reason::kInjected;
  }

  if (std::find(kSystemNamespaces.begin(), kSystemNamespaces.end(), pod.namespace_name) !=
      kSystemNamespaces.end()) {
    return Reason::kSystemNamespace;
  }
  if (pod.is_mirror) return Reason::kMirrorPod;
  if (wish == Wish::kNo) return Reason::kAnnotationOptOut;
  if (policy == Policy::kEnabled || (policy == Policy::kDisabled && wish == Wish::kYes)) {
    return Reason::kInjected;
  }
  return Reason::kPolicyDisabled;
}

}  // namespace sidecar::inject
