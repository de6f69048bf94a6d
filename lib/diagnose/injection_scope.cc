#include "lib/diagnose/injection_scope.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sidecar::diagnose {
namespace {

using kubetypes::LabelRequirement;
using Operator = LabelRequirement::Operator;

constexpr std::string_view kInjectionLabel = "istio-injection";
constexpr std::string_view kEnabled = "enabled";
// Every namespace has it since Kubernetes 1.21.
constexpr std::string_view kNameLabel = "kubernetes.io/metadata.name";
// Those of later releases have a revision before it.
constexpr std::string_view kIstioWebhook = "sidecar-injector.istio.io";

WebhookView OrdinaryWebhook() {
  WebhookView webhook;
  webhook.sees_pod_creation = true;
  webhook.namespace_selector.requirements = {{.key = std::string(kInjectionLabel),
                                              .op = Operator::kIn,
                                              .values = {std::string(kEnabled)}}};
  return webhook;
}

Selection SelectionBy(const WebhookView& webhook, const kubetypes::Labels& namespace_labels,
                      const kubetypes::Labels& pod_labels) {
  if (!webhook.sees_pod_creation) return Selection::kNone;
  if (!webhook.namespace_selector.Matches(namespace_labels)) return Selection::kNone;
  const LabelRequirement* const unmet = webhook.object_selector.FirstUnmet(pod_labels);
  if (unmet == nullptr) return Selection::kSelected;
  // What wants a label of the pod has not selected the namespace as such.
  const bool excludes = unmet->op == Operator::kNotIn || unmet->op == Operator::kDoesNotExist;
  return excludes ? Selection::kExcluded : Selection::kNone;
}

}  // namespace

std::vector<WebhookView> InjectorsAmong(std::optional<std::span<const WebhookView>> known,
                                        std::string_view path) {
  if (!known.has_value()) return {OrdinaryWebhook()};
  std::vector<WebhookView> injectors;
  std::copy_if(known->begin(), known->end(), std::back_inserter(injectors),
               [&](const WebhookView& webhook) {
                 return webhook.name.ends_with(kIstioWebhook) || webhook.target.ends_with(path);
               });
  return injectors;
}

kubetypes::Labels NamespaceLabels(std::string_view name,
                                  const std::optional<kubetypes::Labels>& known,
                                  bool assume_enabled) {
  kubetypes::Labels labels = known.value_or(kubetypes::Labels());
  if (!known.has_value() && assume_enabled) labels.emplace(kInjectionLabel, kEnabled);
  labels.try_emplace(std::string(kNameLabel), name);
  return labels;
}

void InjectionScope::AddNamespace(std::string_view name, const kubetypes::Labels& labels) {
  namespaces_.insert_or_assign(std::string(name), NamespaceLabels(name, labels, false));
}

Selection InjectionScope::SelectionOf(std::string_view namespace_name,
                                      const kubetypes::Labels& pod_labels) const {
  const auto known = namespaces_.find(namespace_name);
  kubetypes::Labels assumed;
  if (known == namespaces_.end()) {
    assumed = NamespaceLabels(namespace_name, std::nullopt, assume_enabled_);
  }
  const kubetypes::Labels& labels = known == namespaces_.end() ? assumed : known->second;
  Selection best = Selection::kNone;
  for (const WebhookView& webhook : injectors_) {
    best = std::max(best, SelectionBy(webhook, labels, pod_labels));
  }
  return best;
}

Result<std::optional<std::vector<WebhookView>>> WebhooksOf(const ObjectSet& objects) {
  std::optional<std::vector<WebhookView>> webhooks;
  for (const Object& object : objects.objects()) {
    if (object.kind != "MutatingWebhookConfiguration") continue;
    ASSIGN_OR_RETURN(const std::vector<WebhookView> some, ReadWebhooks(object));
    if (!webhooks.has_value()) webhooks.emplace();
    webhooks->insert(webhooks->end(), some.begin(), some.end());
  }
  return webhooks;
}

Result<InjectionScope> ScopeOf(const ObjectSet& objects, bool assume_enabled) {
  ASSIGN_OR_RETURN(const auto webhooks, WebhooksOf(objects));
  InjectionScope scope(InjectorsAmong(webhooks), assume_enabled);
  for (const Object& object : objects.objects()) {
    if (object.kind != "Namespace") continue;
    scope.AddNamespace(object.name, kubetypes::ReadLabels(object.node.Find("metadata")));
  }
  return scope;
}

}  // namespace sidecar::diagnose
