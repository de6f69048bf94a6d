#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace sidecar::cli {

// The MutatingWebhookConfiguration of an injector that selects namespaces by a label, but for pods
// that have the label sidecar=no.
inline nlohmann::json WebhookConfiguration(const std::string& label, const std::string& value) {
  nlohmann::json configuration = nlohmann::json::parse(R"({"metadata":{"name":"m"},"webhooks":[{
      "name":"sidecar-injector.istio.io",
      "rules":[{"operations":["CREATE"],"apiGroups":[""],"apiVersions":["v1"],
                "resources":["pods"]}],
      "objectSelector":{"matchExpressions":[
          {"key":"sidecar","operator":"NotIn","values":["no"]}]}}]})");
  configuration["webhooks"][0]["namespaceSelector"]["matchLabels"][label] = value;
  return configuration;
}

}  // namespace sidecar::cli
