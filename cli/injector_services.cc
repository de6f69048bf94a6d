#include "cli/injector_services.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "cli/cluster_pages.h"
#include "cli/commands/rollout.h"
#include "lib/diagnose/injection_scope.h"
#include "lib/kube/protocol/resources.h"

namespace sidecar::cli {

Result<std::string> ListClusterWebhooks(ClusterClient& cluster) {
  auto list = cluster.Call(kube::ListRequest(kube::kMutatingWebhooks, "", {}));
  if (!list.has_value() && list.error().code == ErrorCode::kNotFound) {
    list = cluster.Call(kube::ListRequest(kube::kMutatingWebhooksV1Beta1, "", {}));
  }
  if (!list.has_value()) return std::move(list).error();
  return TextOf(*std::move(list), std::string(kube::kMutatingWebhooks.kind) + "List");
}

Result<std::vector<diagnose::WebhookView>> ReadClusterWebhooks(ClusterClient& cluster) {
  ASSIGN_OR_RETURN(const std::string list, ListClusterWebhooks(cluster));
  diagnose::ObjectSet set;
  if (Result<void> added = set.AddDocument(list, {}); !added.has_value()) return added.error();
  ASSIGN_OR_RETURN(auto webhooks, diagnose::WebhooksOf(set));
  return webhooks.has_value() ? *std::move(webhooks) : std::vector<diagnose::WebhookView>();
}

std::vector<InjectorService> ServicesAmong(const std::vector<diagnose::WebhookView>& webhooks,
                                           const std::string& namespace_name) {
  std::vector<InjectorService> services;
  for (const diagnose::WebhookView& webhook : webhooks) {
    const bool is_meant = webhook.sees_pod_creation && !webhook.service_name.empty() &&
                          webhook.service_namespace == namespace_name;
    if (is_meant) services.push_back({webhook.service_namespace, webhook.service_name});
  }
  std::sort(services.begin(), services.end());
  services.erase(std::unique(services.begin(), services.end()), services.end());
  return services;
}

Result<void> CheckReady(ClusterClient& cluster, const InjectorService& service) {
  const auto endpoints =
      cluster.Call(kube::GetRequest(kube::kEndpoints, service.namespace_name, service.name));
  const bool is_absent = !endpoints.has_value() && endpoints.error().code == ErrorCode::kNotFound;
  if (!endpoints.has_value() && !is_absent) return endpoints.error();
  if (!is_absent && HasReadyAddress(*endpoints)) return {};
  return Error{ErrorCode::kUnavailable, "the injector has no ready replica behind Service " +
                                            service.namespace_name + '/' + service.name};
}

}  // namespace sidecar::cli
