#pragma once

#include <string>
#include <vector>

#include "cli/cluster_client.h"
#include "lib/base/result.h"
#include "lib/diagnose/webhook_view.h"

namespace sidecar::cli {

// All MutatingWebhookConfigurations of a cluster, of v1 or, on a server before 1.16, v1beta1: a
// list, for an ObjectSet.
Result<std::string> ListClusterWebhooks(ClusterClient& cluster);

// Their webhooks.
Result<std::vector<diagnose::WebhookView>> ReadClusterWebhooks(ClusterClient& cluster);

// A Service that pods are sent to before they are created.
struct InjectorService {
  std::string namespace_name;
  std::string name;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes what this becomes for a 0.
  auto operator<=>(const InjectorService&) const = default;
};

// The Services in `namespace_name` that these webhooks send new pods to, each once.
std::vector<InjectorService> ServicesAmong(const std::vector<diagnose::WebhookView>& webhooks,
                                           const std::string& namespace_name);

// Fails with kUnavailable if no ready replica is behind the Service.
Result<void> CheckReady(ClusterClient& cluster, const InjectorService& service);

}  // namespace sidecar::cli
