#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "lib/diagnose/doctor/groups.h"

// Whether the API server calls the injector, for what, and how.

namespace sidecar::diagnose {
namespace {

constexpr std::string_view kNoWebhook = "no webhook configuration leads to the injector";

// Runs `check` on each of the injector's webhooks.
template <class F>
CheckResult ForEachWebhook(const DoctorSnapshot& snapshot, F check) {
  const std::vector<WebhookRef> webhooks = InjectorWebhooks(snapshot);
  if (webhooks.empty()) return Skip(kNoWebhook);
  CheckResult result;
  for (const WebhookRef& webhook : webhooks) check(webhook, result);
  return result;
}

bool IsBeta(const WebhookRef& webhook) {
  return webhook.configuration->api_version.ends_with("/v1beta1");
}

CheckResult CheckPresent(const DoctorSnapshot& snapshot) {
  const std::string_view why = WhyUnseen(snapshot, "MutatingWebhookConfiguration");
  if (!why.empty()) return Skip(why);
  const std::vector<WebhookRef> webhooks = InjectorWebhooks(snapshot);
  if (!webhooks.empty())
    return Fine(webhooks.front().Title() + ", " + webhooks.front().view.target);
  CheckResult result;
  if (!snapshot.webhook_configuration.empty()) {
    result.Add("MutatingWebhookConfiguration/" + snapshot.webhook_configuration,
               "it does not exist, or has no webhooks");
  } else {
    result.Add("", "no MutatingWebhookConfiguration sends new pods to a Service in namespace " +
                       snapshot.istio_namespace);
  }
  return result;
}

CheckResult CheckRules(const DoctorSnapshot& snapshot) {
  return ForEachWebhook(snapshot, [](const WebhookRef& webhook, CheckResult& result) {
    if (!webhook.view.sees_pod_creation) {
      result.Add(webhook.Title(), "the rules of " + webhook.view.name +
                                      " do not include the operation CREATE on pods");
    }
  });
}

bool IsOnlyPods(const yaml::Node& rule) {
  const yaml::Node* const resources = rule.Find("resources");
  const yaml::Node* const operations = rule.Find("operations");
  const auto is_all = [](const yaml::Node* list, std::string_view text) {
    if (list == nullptr) return true;
    const auto items = list->AsSequence();
    return std::all_of(items.begin(), items.end(),
                       [&](const yaml::Node& item) { return item.AsString() == text; });
  };
  return is_all(resources, "pods") && is_all(operations, "CREATE");
}

CheckResult CheckRulesNarrow(const DoctorSnapshot& snapshot) {
  return ForEachWebhook(snapshot, [](const WebhookRef& webhook, CheckResult& result) {
    const yaml::Node* const rules = webhook.node->Find("rules");
    if (rules == nullptr) return;
    for (const yaml::Node& rule : rules->AsSequence()) {
      if (IsOnlyPods(rule)) continue;
      result.Add(webhook.Title(), webhook.view.name +
                                      " is called for more than the creation of pods, which the "
                                      "injector answers without doing anything");
    }
  });
}

CheckResult CheckPath(const DoctorSnapshot& snapshot) {
  return ForEachWebhook(snapshot, [](const WebhookRef& webhook, CheckResult& result) {
    const bool has_service = !webhook.view.service_name.empty();
    const std::string_view place = has_service
                                       ? TextAt(*webhook.node, {"clientConfig", "service", "path"})
                                       : std::string_view(webhook.view.target);
    // Istio's later releases put parameters behind: /inject/cluster/a/net/b.
    if (place.find("/inject") != std::string_view::npos) return;
    result.Add(webhook.Title(), webhook.view.name + " calls " + webhook.view.target +
                                    ", the injector answers on /inject");
  });
}

CheckResult CheckSideEffects(const DoctorSnapshot& snapshot) {
  return ForEachWebhook(snapshot, [](const WebhookRef& webhook, CheckResult& result) {
    const std::string_view effects = TextAt(*webhook.node, {"sideEffects"});
    if (effects == "None" || effects == "NoneOnDryRun") return;
    result.Add(webhook.Title(),
               webhook.view.name +
                   " has sideEffects: " + std::string(effects.empty() ? "Unknown" : effects) +
                   ", so that dry runs (kubectl apply --dry-run=server, kubectl diff) are refused");
  });
}

CheckResult CheckReviewVersions(const DoctorSnapshot& snapshot) {
  return ForEachWebhook(snapshot, [](const WebhookRef& webhook, CheckResult& result) {
    const yaml::Node* const versions = webhook.node->Find("admissionReviewVersions");
    // Of v1beta1 the default is v1beta1.
    if (versions == nullptr && IsBeta(webhook)) return;
    bool is_known = false;
    if (versions != nullptr) {
      for (const yaml::Node& version : versions->AsSequence()) {
        is_known = is_known || version.AsString() == "v1" || version.AsString() == "v1beta1";
      }
    }
    if (!is_known) {
      result.Add(webhook.Title(),
                 webhook.view.name + " asks for no version of reviews that the injector knows");
    }
  });
}

CheckResult CheckTimeout(const DoctorSnapshot& snapshot) {
  constexpr int kShort = 2;
  constexpr int kLong = 15;
  return ForEachWebhook(snapshot, [](const WebhookRef& webhook, CheckResult& result) {
    const yaml::Node* const node = webhook.node->Find("timeoutSeconds");
    // Of v1beta1 the default is 30.
    const std::string text = node != nullptr   ? std::string(node->NumberText())
                             : IsBeta(webhook) ? "30"
                                               : "10";
    int seconds = 0;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (seconds >= kShort && seconds <= kLong) return;
    result.Add(webhook.Title(),
               webhook.view.name + " has timeoutSeconds: " + text +
                   (seconds > kLong ? ": so long every creation of a pod hangs while the "
                                      "injector cannot be reached"
                                    : ": a new connection to a busy replica may take longer"));
  });
}

CheckResult CheckFailurePolicy(const DoctorSnapshot& snapshot) {
  return ForEachWebhook(snapshot, [](const WebhookRef& webhook, CheckResult& result) {
    if (!webhook.view.fails_open) return;
    result.Add(webhook.Title(), webhook.view.name +
                                    " has failurePolicy: Ignore: while the injector cannot be "
                                    "reached, pods are created without sidecar");
  });
}

CheckResult CheckDeadlock(const DoctorSnapshot& snapshot) {
  return ForEachWebhook(snapshot, [&](const WebhookRef& webhook, CheckResult& result) {
    if (webhook.view.fails_open) return;
    for (const std::string& space : {std::string("kube-system"), snapshot.istio_namespace}) {
      const Object* const object = FindObject(snapshot, "Namespace", "", space);
      if (object == nullptr) continue;
      const auto labels = kubetypes::ReadLabels(object->node.Find("metadata"));
      const bool is_own = space == snapshot.istio_namespace;
      // The injector's own pods may opt out by a label.
      if (is_own && webhook.view.object_selector.FirstUnmet(
                        {{"sidecar.istio.io/inject", "false"}}) != nullptr) {
        continue;
      }
      if (webhook.view.namespace_selector.FirstUnmet(labels) != nullptr) continue;
      result.Add(webhook.Title(),
                 webhook.view.name + " selects namespace " + space + " with failurePolicy: Fail");
    }
  });
}

CheckResult CheckReinvocation(const DoctorSnapshot& snapshot) {
  std::size_t others = 0;
  const std::vector<WebhookRef> ours = InjectorWebhooks(snapshot);
  for (const WebhookRef& webhook : AllWebhooks(snapshot)) {
    const bool is_ours = std::any_of(
        ours.begin(), ours.end(), [&](const WebhookRef& own) { return own.node == webhook.node; });
    if (!is_ours && webhook.view.sees_pod_creation) ++others;
  }
  return ForEachWebhook(snapshot, [&](const WebhookRef& webhook, CheckResult& result) {
    const bool is_again = TextAt(*webhook.node, {"reinvocationPolicy"}) == "IfNeeded";
    if (is_again || others == 0 || IsBeta(webhook)) return;
    result.Add(webhook.Title(), webhook.view.name + " has reinvocationPolicy: Never, and " +
                                    std::to_string(others) +
                                    " other webhooks change pods: what they add later is not seen");
  });
}

CheckResult CheckOrphans(const DoctorSnapshot& snapshot) {
  if (const auto why = WhyUnseen(snapshot, "Service"); !why.empty()) return Skip(why);
  CheckResult result;
  const std::vector<WebhookRef> ours = InjectorWebhooks(snapshot);
  for (const WebhookRef& webhook : AllWebhooks(snapshot)) {
    const WebhookView& view = webhook.view;
    const bool is_ours = std::any_of(
        ours.begin(), ours.end(), [&](const WebhookRef& own) { return own.node == webhook.node; });
    // The injector's own Service has a check for itself.
    if (is_ours || view.service_name.empty() || !view.sees_pod_creation) continue;
    if (FindObject(snapshot, "Service", view.service_namespace, view.service_name) != nullptr) {
      continue;
    }
    result.Add(webhook.Title(), view.name + " calls Service " + view.service_namespace + '/' +
                                    view.service_name + ", which does not exist" +
                                    (view.fails_open ? ": every pod waits for it in vain"
                                                     : ": every pod that it selects is refused"));
  }
  return result;
}

bool IsInjectorLike(const WebhookView& view) {
  constexpr std::array<std::string_view, 2> kWords = {"inject", "sidecar"};
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
    return view.name.find(word) != std::string::npos || view.target.find(word) != std::string::npos;
  });
}

CheckResult CheckSeveral(const DoctorSnapshot& snapshot) {
  if (InjectorWebhooks(snapshot).empty()) return Skip(kNoWebhook);
  CheckResult result;
  const std::vector<WebhookRef> webhooks = AllWebhooks(snapshot);
  for (const Object* const space : OfKind(snapshot, "Namespace")) {
    const auto labels = kubetypes::ReadLabels(space->node.Find("metadata"));
    std::vector<const WebhookRef*> claiming;
    for (const WebhookRef& webhook : webhooks) {
      const WebhookView& view = webhook.view;
      const bool claims = view.sees_pod_creation && view.match_conditions.empty() &&
                          view.namespace_selector.FirstUnmet(labels) == nullptr &&
                          IsInjectorLike(view);
      // One configuration may have several, for namespaces and for pods.
      const bool is_new = std::none_of(
          claiming.begin(), claiming.end(),
          [&](const WebhookRef* known) { return known->configuration == webhook.configuration; });
      if (claims && is_new) claiming.push_back(&webhook);
    }
    if (claiming.size() < 2) continue;
    std::string names;
    for (const WebhookRef* const webhook : claiming) {
      names += (names.empty() ? "" : ", ") + webhook->view.configuration;
    }
    result.Add(space->Title(), "injectors of several configurations claim it: " + names);
  }
  return result;
}

constexpr Check kPresent = {
    {"WebhookMissing", Severity::kError,
     "A MutatingWebhookConfiguration must send new pods to the injector.",
     "Install it again (helm upgrade), start the controller with --manageWebhook, or name it with "
     "--webhookConfigName and --istioNamespace."},
    &CheckPresent};
constexpr Check kRules = {
    {"WebhookRules", Severity::kError, "The webhook's rules must include the creation of pods.",
     "Set rules to operations CREATE, apiGroups \"\", apiVersions v1, resources pods."},
    &CheckRules};
constexpr Check kRulesNarrow = {
    {"WebhookRulesTooWide", Severity::kWarning,
     "The webhook should be called for the creation of pods only.",
     "Set rules to operations CREATE, apiGroups \"\", apiVersions v1, resources pods."},
    &CheckRulesNarrow};
constexpr Check kPath = {
    {"WebhookPath", Severity::kError, "The webhook must call the injector's path.",
     "Set clientConfig.service.path to /inject."},
    &CheckPath};
constexpr Check kSideEffects = {
    {"WebhookSideEffects", Severity::kWarning,
     "The webhook must declare that it has no side effects, or dry runs are refused.",
     "Set sideEffects: None."},
    &CheckSideEffects};
constexpr Check kReviewVersions = {
    {"WebhookReviewVersions", Severity::kError,
     "The webhook must accept reviews of a version that the injector knows.",
     "Set admissionReviewVersions: [v1, v1beta1]."},
    &CheckReviewVersions};
constexpr Check kTimeout = {
    {"WebhookTimeout", Severity::kWarning, "The API server's patience should be 2 to 15 seconds.",
     "Set timeoutSeconds: 10."},
    &CheckTimeout};
constexpr Check kFailurePolicy = {
    {"WebhookFailsOpen", Severity::kInfo,
     "While the injector cannot be reached, no pod should be created without sidecar.",
     "Set failurePolicy: Fail with two replicas or more; `sidecar-injector status` shows what was "
     "missed."},
    &CheckFailurePolicy};
constexpr Check kDeadlock = {
    {"WebhookDeadlock", Severity::kError,
     "With failurePolicy Fail the webhook must not select its own namespace or kube-system: the "
     "cluster could not start the injector.",
     "Exclude both by namespaceSelector."},
    &CheckDeadlock};
constexpr Check kReinvocation = {
    {"WebhookReinvocation", Severity::kInfo,
     "The injector should see the containers that other webhooks add.",
     "Set reinvocationPolicy: IfNeeded: the injector changes nothing twice."},
    &CheckReinvocation};
constexpr Check kOrphans = {
    {"OrphanedWebhook", Severity::kWarning, "Webhooks for pods should call Services that exist.",
     "Delete the configuration if what it belonged to was removed."},
    &CheckOrphans};
constexpr Check kSeveral = {
    {"SeveralInjectors", Severity::kError, "One injector should claim a namespace, not several.",
     "Let the namespaceSelectors differ, or remove the older injector's configuration."},
    &CheckSeveral};

}  // namespace

std::vector<const Check*> WebhookChecks() {
  return {&kPresent,     &kRules,          &kRulesNarrow, &kPath,
          &kSideEffects, &kReviewVersions, &kTimeout,     &kFailurePolicy,
          &kDeadlock,    &kReinvocation,   &kOrphans,     &kSeveral};
}

}  // namespace sidecar::diagnose
