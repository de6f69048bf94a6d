#include "cli/cluster_scope.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "cli/cluster_pages.h"
#include "cli/injector_services.h"
#include "cli/print.h"
#include "lib/kube/protocol/resources.h"

namespace sidecar::cli {
namespace {

using diagnose::InjectionScope;
using diagnose::Object;
using diagnose::ObjectSet;

void AddNamespaces(const ObjectSet& objects, InjectionScope& scope) {
  for (const Object& object : objects.objects()) {
    scope.AddNamespace(object.name, kubetypes::ReadLabels(object.node.Find("metadata")));
  }
}

Result<void> FetchNamespace(ClusterClient& cluster, const std::string& name,
                            InjectionScope& scope) {
  auto found = cluster.Call(kube::GetRequest(kube::kNamespaces, "", name));
  if (!found.has_value()) return std::move(found).error();
  ObjectSet set;
  Result<void> added = set.AddDocument(TextOf(*std::move(found), kube::kNamespaces.kind), {});
  if (added.has_value()) AddNamespaces(set, scope);
  return added;
}

}  // namespace

Result<std::optional<std::vector<diagnose::WebhookView>>> FetchWebhooks(ClusterClient& cluster) {
  std::optional<std::vector<diagnose::WebhookView>> webhooks;
  auto read = ReadClusterWebhooks(cluster);
  if (read.has_value()) {
    webhooks = *std::move(read);
  } else if (read.error().code == ErrorCode::kForbidden) {
    PrintNote("warning: " + read.error().message);
  } else {
    return std::move(read).error();
  }
  return webhooks;
}

Result<InjectionScope> FetchScope(ClusterClient& cluster, const std::string& namespace_name,
                                  bool assume_enabled) {
  ASSIGN_OR_RETURN(const auto webhooks, FetchWebhooks(cluster));
  std::vector<diagnose::WebhookView> injectors = diagnose::InjectorsAmong(webhooks);
  if (injectors.empty()) {
    PrintNote("warning: no webhook configuration sends pods to a sidecar injector");
  }
  InjectionScope scope(std::move(injectors), assume_enabled);
  Result<void> known = namespace_name.empty()
                           ? ForEachPage(cluster, kube::kNamespaces, "",
                                         [&](const ObjectSet& page) { AddNamespaces(page, scope); })
                           : FetchNamespace(cluster, namespace_name, scope);
  if (known.has_value()) return scope;
  if (known.error().code != ErrorCode::kForbidden) return std::move(known).error();
  PrintNote("warning: " + known.error().message);
  return scope;
}

}  // namespace sidecar::cli
