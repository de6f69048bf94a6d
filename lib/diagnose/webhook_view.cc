#include "lib/diagnose/webhook_view.h"

#include <algorithm>
#include <utility>

namespace sidecar::diagnose {
namespace {

using kubetypes::LabelRequirement;

bool Contains(const yaml::Node& rule, std::string_view field, std::string_view wanted) {
  const yaml::Node* const list = rule.Find(field);
  if (list == nullptr) return false;
  const auto items = list->AsSequence();
  return std::any_of(items.begin(), items.end(), [&](const yaml::Node& item) {
    return item.AsString() == wanted || item.AsString() == "*";
  });
}

bool SeesPodCreation(const yaml::Node& webhook) {
  const yaml::Node* const rules = webhook.Find("rules");
  if (rules == nullptr) return false;
  const auto list = rules->AsSequence();
  return std::any_of(list.begin(), list.end(), [](const yaml::Node& rule) {
    const bool has_resource =
        Contains(rule, "resources", "pods") || Contains(rule, "resources", "*/*");
    // Pods are of the core group, whose name is empty.
    return has_resource && Contains(rule, "operations", "CREATE") &&
           Contains(rule, "apiGroups", "") && Contains(rule, "apiVersions", "v1");
  });
}

std::string TargetOf(const yaml::Node& webhook) {
  if (const std::string_view url = TextAt(webhook, {"clientConfig", "url"}); !url.empty()) {
    return std::string(url);
  }
  const yaml::Node* const service = FindPath(webhook, {"clientConfig", "service"});
  if (service == nullptr) return {};
  const yaml::Node* const port = service->Find("port");
  constexpr std::string_view kDefaultPort = "443";
  std::string target(TextAt(*service, {"namespace"}));
  target.append("/").append(TextAt(*service, {"name"})).append(":");
  target.append(port == nullptr ? std::string(kDefaultPort) : port->NumberText());
  return target.append(TextAt(*service, {"path"}));
}

Result<kubetypes::LabelSelector> ReadSelector(const yaml::Node& webhook, std::string_view field) {
  const yaml::Node* const selector = webhook.Find(field);
  if (selector == nullptr) return kubetypes::LabelSelector();
  auto parsed = kubetypes::ParseLabelSelector(*selector);
  if (!parsed.has_value()) return std::move(parsed).error().Annotate(field);
  return parsed;
}

Result<WebhookView> ReadWebhook(const Object& configuration, const yaml::Node& node) {
  WebhookView webhook;
  webhook.configuration = configuration.name;
  webhook.name = TextAt(node, {"name"});
  ASSIGN_OR_RETURN(webhook.namespace_selector, ReadSelector(node, "namespaceSelector"));
  ASSIGN_OR_RETURN(webhook.object_selector, ReadSelector(node, "objectSelector"));
  webhook.sees_pod_creation = SeesPodCreation(node);
  if (const yaml::Node* const conditions = node.Find("matchConditions"); conditions != nullptr) {
    for (const yaml::Node& condition : conditions->AsSequence()) {
      webhook.match_conditions.emplace_back(TextAt(condition, {"expression"}));
    }
  }
  const std::string_view policy = TextAt(node, {"failurePolicy"});
  const bool is_beta = configuration.api_version.ends_with("/v1beta1");
  webhook.fails_open = policy.empty() ? is_beta : policy == "Ignore";
  webhook.ca_bundle = TextAt(node, {"clientConfig", "caBundle"});
  webhook.target = TargetOf(node);
  webhook.service_namespace = TextAt(node, {"clientConfig", "service", "namespace"});
  webhook.service_name = TextAt(node, {"clientConfig", "service", "name"});
  return webhook;
}

// What is the matter with an object's labels for a requirement that they do not meet.
std::string Lacks(std::string_view whose, const LabelRequirement& requirement,
                  const kubetypes::Labels& labels) {
  const auto label = labels.find(requirement.key);
  std::string text(whose);
  if (label == labels.end()) return text + " label " + ToString(requirement) + " is missing";
  return text + " label " + label->first + '=' + label->second + " does not satisfy " +
         ToString(requirement);
}

}  // namespace

Result<std::vector<WebhookView>> ReadWebhooks(const Object& configuration) {
  std::vector<WebhookView> webhooks;
  const yaml::Node* const list = configuration.node.Find("webhooks");
  if (list == nullptr) return webhooks;
  for (const yaml::Node& node : list->AsSequence()) {
    auto webhook = ReadWebhook(configuration, node);
    if (!webhook.has_value()) {
      return std::move(webhook).error().Annotate(configuration.Title() + ": webhook \"" +
                                                 std::string(TextAt(node, {"name"})) + '"');
    }
    webhooks.push_back(*std::move(webhook));
  }
  return webhooks;
}

std::string WhyNotCalled(const WebhookView& webhook, const kubetypes::Labels& namespace_labels,
                         const kubetypes::Labels& pod_labels) {
  if (!webhook.sees_pod_creation) return "its rules do not include the creation of pods";
  if (const auto* const unmet = webhook.namespace_selector.FirstUnmet(namespace_labels)) {
    return Lacks("namespace", *unmet, namespace_labels);
  }
  if (const auto* const unmet = webhook.object_selector.FirstUnmet(pod_labels)) {
    return Lacks("pod", *unmet, pod_labels);
  }
  return {};
}

}  // namespace sidecar::diagnose
