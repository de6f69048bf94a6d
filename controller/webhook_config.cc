#include "controller/webhook_config.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "controller/webhook_selector.h"
#include "lib/yaml/base64.h"

namespace sidecar::controller {

namespace {

constexpr const char* kGroup = "admissionregistration.k8s.io/";
// Set by API servers from Kubernetes 1.21 on; older ones have no such label, and NotIn holds.
constexpr const char* kNamespaceNameLabel = "kubernetes.io/metadata.name";

const Json& WebhooksOf(const Json& configuration) {
  static const Json kNone = Json::array();
  const Json* const webhooks = FindField(configuration, "webhooks");
  return webhooks != nullptr && webhooks->is_array() ? *webhooks : kNone;
}

bool Contains(const Json* list, std::string_view wanted) {
  if (list == nullptr || !list->is_array()) return false;
  return std::any_of(list->begin(), list->end(), [&](const Json& entry) {
    if (!entry.is_string()) return false;
    const auto& text = entry.get_ref<const std::string&>();
    return text == wanted || text == "*";
  });
}

bool AsksAboutNewPods(const Json& webhook) {
  const Json* const rules = FindField(webhook, "rules");
  if (rules == nullptr || !rules->is_array()) return false;
  return std::any_of(rules->begin(), rules->end(), [](const Json& rule) {
    return Contains(FindField(rule, "operations"), "CREATE") &&
           Contains(FindField(rule, "apiGroups"), "") &&
           Contains(FindField(rule, "apiVersions"), "v1") &&
           Contains(FindField(rule, "resources"), "pods") &&
           StringField(rule, "scope") != "Cluster";
  });
}

void InspectSelectors(const Json& webhook, const WebhookSpec& spec,
                      std::vector<WebhookFinding>& findings) {
  const auto selectors = ReadSelectors(webhook);
  if (!selectors.has_value()) {
    findings.push_back({"BadSelector", selectors.error().message});
    return;
  }
  const auto inspect = [&](const char* field, const kubetypes::LabelSelector& selector) {
    if (const auto text = Contradiction(selector); text.has_value()) {
      findings.push_back({"SelectsNothing", std::string(field) + ": " + *text});
    }
  };
  inspect("namespaceSelector", selectors->namespaces);
  inspect("objectSelector", selectors->objects);

  // Of the injector's namespace, no more than the name is known here.
  const kubetypes::Labels own = {{kNamespaceNameLabel, spec.service_namespace}};
  if (StringField(webhook, "failurePolicy") == "Fail" && selectors->namespaces.Matches(own) &&
      selectors->objects.Matches({})) {
    findings.push_back(
        {"SelectsItself", "failurePolicy is Fail and namespace " + spec.service_namespace +
                              " is not excluded: the injector's own pods cannot start without it"});
  }
}

void InspectClient(const Json& webhook, const WebhookSpec& spec,
                   std::vector<WebhookFinding>& findings) {
  if (const std::string url = StringField(webhook, "clientConfig.url"); !url.empty()) {
    findings.push_back({"UsesUrl", "clientConfig.url is " + url +
                                       ": the API server verifies its host name, and does not "
                                       "call service " +
                                       spec.service_namespace + '/' + spec.service});
    return;
  }
  const std::string service = StringField(webhook, "clientConfig.service.namespace") + '/' +
                              StringField(webhook, "clientConfig.service.name");
  if (service != spec.service_namespace + '/' + spec.service) {
    findings.push_back({"OtherService", "clientConfig.service is " + service +
                                            ", the certificate is made for " +
                                            spec.service_namespace + '/' + spec.service});
  }
  if (const std::string path = StringField(webhook, "clientConfig.service.path");
      path != spec.path) {
    findings.push_back({"OtherPath", "clientConfig.service.path is \"" + path +
                                         "\", the injector answers at " + spec.path});
  }
}

}  // namespace

Json MakeWebhookConfiguration(const WebhookSpec& spec, WebhookApi api, std::string_view ca_bundle) {
  Json excluded = Json::array({"kube-system", "kube-public", "kube-node-lease"});
  if (!Contains(&excluded, spec.service_namespace)) excluded.push_back(spec.service_namespace);
  const Json service = {{"name", spec.service},
                        {"namespace", spec.service_namespace},
                        {"path", spec.path},
                        {"port", spec.service_port}};
  const Json rule = {{"operations", {"CREATE"}},
                     {"apiGroups", {""}},
                     {"apiVersions", {"v1"}},
                     {"resources", {"pods"}},
                     {"scope", "Namespaced"}};
  const Json not_excluded = {
      {"key", kNamespaceNameLabel}, {"operator", "NotIn"}, {"values", std::move(excluded)}};
  const Json not_opted_out = {
      {"key", "sidecar.istio.io/inject"}, {"operator", "NotIn"}, {"values", {"false"}}};
  Json client_config = {{"service", service}};
  if (!ca_bundle.empty()) client_config["caBundle"] = yaml::EncodeBase64(ca_bundle);
  const Json webhook = {{"name", spec.webhook},
                        {"clientConfig", std::move(client_config)},
                        {"rules", Json::array({rule})},
                        {"failurePolicy", spec.fail_closed ? "Fail" : "Ignore"},
                        {"matchPolicy", "Equivalent"},
                        {"namespaceSelector",
                         {{"matchLabels", {{"istio-injection", "enabled"}}},
                          {"matchExpressions", Json::array({not_excluded})}}},
                        {"objectSelector", {{"matchExpressions", Json::array({not_opted_out})}}},
                        // Else the API server refuses dry runs.
                        {"sideEffects", "None"},
                        {"timeoutSeconds", spec.timeout_seconds},
                        {"admissionReviewVersions", {"v1", "v1beta1"}},
                        // IfNeeded would have every pod asked about twice, since a sidecar makes
                        // the API server's own plugins change the pod again.
                        {"reinvocationPolicy", "Never"}};
  return {{"apiVersion", std::string(kGroup) + (api == WebhookApi::kV1 ? "v1" : "v1beta1")},
          {"kind", "MutatingWebhookConfiguration"},
          {"metadata",
           {{"name", spec.configuration},
            {"labels",
             {{"app", "sidecar-injector"}, {"app.kubernetes.io/managed-by", "sidecar-injector"}}}}},
          {"webhooks", Json::array({webhook})}};
}

const Json* FindWebhook(const Json& configuration, std::string_view name) {
  const Json& webhooks = WebhooksOf(configuration);
  const auto found = std::find_if(webhooks.begin(), webhooks.end(), [&](const Json& webhook) {
    return StringField(webhook, "name") == name;
  });
  return found == webhooks.end() ? nullptr : &*found;
}

CaBundleDecision DecideCaBundle(const Json& configuration, const WebhookSpec& spec,
                                std::string_view ca_bundle) {
  const Json* const webhook = FindWebhook(configuration, spec.webhook);
  if (webhook == nullptr) return {CaBundleState::kNoWebhook, {}};
  const std::string current = StringField(*webhook, "clientConfig.caBundle");
  const std::string wanted = yaml::EncodeBase64(ca_bundle);
  if (current == wanted) return {};

  const Json entry = {{"name", spec.webhook}, {"clientConfig", {{"caBundle", wanted}}}};
  const Json patch = {
      {"metadata", {{"resourceVersion", StringField(configuration, "metadata.resourceVersion")}}},
      {"webhooks", Json::array({entry})}};
  return {current.empty() ? CaBundleState::kEmpty : CaBundleState::kOther,
          patch.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

std::optional<std::string> CaBundleOf(const Json& configuration, std::string_view webhook) {
  const Json* const found = FindWebhook(configuration, webhook);
  if (found == nullptr) return std::nullopt;
  return yaml::DecodeBase64(StringField(*found, "clientConfig.caBundle")).value_or(std::string());
}

std::string LastCaBundleWriter(const Json& configuration, std::string_view webhook) {
  const Json* const entries = FindField(configuration, "metadata.managedFields");
  if (entries == nullptr || !entries->is_array()) return {};
  const std::string key = R"(k:{"name":")" + std::string(webhook) + R"("})";
  std::string writer;
  std::string written_at;
  for (const Json& entry : *entries) {
    const Json* const webhooks = FindField(entry, "fieldsV1.f:webhooks");
    if (webhooks == nullptr || !webhooks->is_object() || !webhooks->contains(key)) continue;
    if (FindField((*webhooks)[key], "f:clientConfig.f:caBundle") == nullptr) continue;
    // RFC 3339 in UTC: the order of the texts is that of the times.
    std::string time = StringField(entry, "time");
    if (!writer.empty() && time < written_at) continue;
    writer = StringField(entry, "manager");
    written_at = std::move(time);
  }
  return writer;
}

std::vector<WebhookFinding> InspectWebhook(const Json& configuration, const WebhookSpec& spec) {
  std::vector<WebhookFinding> findings;
  const Json* const webhook = FindWebhook(configuration, spec.webhook);
  if (webhook == nullptr) {
    std::string names;
    for (const Json& other : WebhooksOf(configuration)) {
      names += (names.empty() ? "" : ", ") + StringField(other, "name");
    }
    findings.push_back(
        {"WebhookMissing", "no webhook is called " + spec.webhook +
                               (names.empty() ? "; there is none" : "; there are: " + names)});
    return findings;
  }
  InspectClient(*webhook, spec, findings);
  InspectSelectors(*webhook, spec, findings);
  if (!AsksAboutNewPods(*webhook)) {
    findings.push_back({"NoPodRule", "no rule covers the creation of pods"});
  }
  const std::string side_effects = StringField(*webhook, "sideEffects");
  if (side_effects != "None" && side_effects != "NoneOnDryRun") {
    findings.push_back({"RefusesDryRun", "sideEffects is " +
                                             (side_effects.empty() ? "absent" : side_effects) +
                                             ": the API server refuses dry runs; None is true"});
  }
  return findings;
}

}  // namespace sidecar::controller
