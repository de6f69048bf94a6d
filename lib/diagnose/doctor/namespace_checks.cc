#include <algorithm>
#include <array>
#include <string>

#include "lib/diagnose/doctor/groups.h"
#include "lib/diagnose/doctor/snapshot_config.h"

// Whether the namespaces that want sidecars get them, and can take them.

namespace sidecar::diagnose {
namespace {

constexpr std::string_view kLabel = "istio-injection";
constexpr std::string_view kEnforced = "pod-security.kubernetes.io/enforce";

bool IsSelected(const std::vector<WebhookRef>& webhooks, const kubetypes::Labels& labels) {
  return std::any_of(webhooks.begin(), webhooks.end(), [&](const WebhookRef& webhook) {
    return webhook.view.sees_pod_creation &&
           webhook.view.namespace_selector.FirstUnmet(labels) == nullptr;
  });
}

std::string ValueOf(const kubetypes::Labels& labels, std::string_view key) {
  const auto found = labels.find(std::string(key));
  return found == labels.end() ? std::string() : found->second;
}

// Why the namespaces cannot be judged; empty if they can.
std::string_view WhyNot(const DoctorSnapshot& snapshot, const std::vector<WebhookRef>& webhooks) {
  if (const auto why = WhyUnseen(snapshot, "Namespace"); !why.empty()) return why;
  return webhooks.empty() ? "no webhook configuration leads to the injector" : "";
}

CheckResult CheckAny(const DoctorSnapshot& snapshot) {
  const std::vector<WebhookRef> webhooks = InjectorWebhooks(snapshot);
  if (const auto why = WhyNot(snapshot, webhooks); !why.empty()) return Skip(why);
  std::size_t selected = 0;
  for (const Object* const space : OfKind(snapshot, "Namespace")) {
    if (IsSelected(webhooks, kubetypes::ReadLabels(space->node.Find("metadata")))) ++selected;
  }
  CheckResult result = Fine(std::to_string(selected) + " namespaces selected");
  if (selected == 0) result.Add("", "the webhook selects none of the cluster's namespaces");
  return result;
}

CheckResult CheckEnabled(const DoctorSnapshot& snapshot) {
  const std::vector<WebhookRef> webhooks = InjectorWebhooks(snapshot);
  if (const auto why = WhyNot(snapshot, webhooks); !why.empty()) return Skip(why);
  // An injector that goes by other labels has nothing to do with this one.
  const bool goes_by_label =
      std::any_of(webhooks.begin(), webhooks.end(), [](const WebhookRef& webhook) {
        const auto& requirements = webhook.view.namespace_selector.requirements;
        return std::any_of(requirements.begin(), requirements.end(),
                           [](const auto& one) { return one.key == kLabel; });
      });
  if (!goes_by_label) return Skip("the webhook does not go by the label istio-injection");
  CheckResult result;
  for (const Object* const space : OfKind(snapshot, "Namespace")) {
    const auto labels = kubetypes::ReadLabels(space->node.Find("metadata"));
    if (ValueOf(labels, kLabel) != "enabled" || IsSelected(webhooks, labels)) continue;
    const auto* const unmet = webhooks.front().view.namespace_selector.FirstUnmet(labels);
    result.Add(space->Title(),
               "it is labelled istio-injection=enabled, but the webhook does not "
               "select it: " +
                   (unmet == nullptr ? std::string() : ToString(*unmet)));
  }
  return result;
}

// Whether a container's complaint against "restricted" is one against "baseline" too.
bool BreaksBaseline(const std::string& message) {
  constexpr std::array<std::string_view, 3> kReasons = {"is privileged", "capability NET_",
                                                        "capability SYS_"};
  return std::any_of(kReasons.begin(), kReasons.end(), [&](std::string_view reason) {
    return message.find(reason) != std::string::npos;
  });
}

// What the injected containers do that the level forbids; empty if nothing.
std::string ClashWith(std::string_view level, const std::vector<Finding>& findings) {
  if (level != "restricted" && level != "baseline") return {};
  for (const Finding& finding : findings) {
    if (finding.rule->code != "NotRestricted") continue;
    if (level == "restricted" || BreaksBaseline(finding.message)) return finding.message;
  }
  return {};
}

CheckResult CheckSecurity(const DoctorSnapshot& snapshot) {
  const std::vector<WebhookRef> webhooks = InjectorWebhooks(snapshot);
  if (const auto why = WhyNot(snapshot, webhooks); !why.empty()) return Skip(why);
  if (!snapshot.inject_config.has_value()) return Skip("there is no injection configuration");
  const std::vector<Finding> findings = LintInjection(snapshot);
  CheckResult result;
  for (const Object* const space : OfKind(snapshot, "Namespace")) {
    const auto labels = kubetypes::ReadLabels(space->node.Find("metadata"));
    if (!IsSelected(webhooks, labels)) continue;
    const std::string level = ValueOf(labels, kEnforced);
    const std::string clash = ClashWith(level, findings);
    if (clash.empty()) continue;
    result.Add(space->Title(), "it enforces the Pod Security Standard \"" + level +
                                   "\", which refuses injected pods: " + clash);
  }
  return result;
}

constexpr Check kAny = {
    {"NothingSelected", Severity::kInfo, "The webhook should select a namespace.",
     "Label one: kubectl label namespace NAMESPACE istio-injection=enabled."},
    &CheckAny};
constexpr Check kEnabled = {
    {"EnabledNotSelected", Severity::kWarning,
     "A namespace labelled istio-injection=enabled should be selected by the webhook.",
     "Correct the webhook's namespaceSelector, or the namespace's other labels."},
    &CheckEnabled};
constexpr Check kSecurity = {
    {"PodSecurityClash", Severity::kError,
     "Namespaces that are injected must let the template's containers in.",
     "Let the namespace enforce another level, or use a CNI plugin in place of istio-init."},
    &CheckSecurity};

}  // namespace

std::vector<const Check*> NamespaceChecks() {
  return {&kAny, &kEnabled, &kSecurity};
}

}  // namespace sidecar::diagnose
