#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/cluster_client.h"
#include "lib/base/result.h"
#include "lib/diagnose/injection_scope.h"

namespace sidecar::cli {

// The webhooks of a cluster's MutatingWebhookConfigurations. Nothing, and a warning on standard
// error, where they may not be read.
Result<std::optional<std::vector<diagnose::WebhookView>>> FetchWebhooks(ClusterClient& cluster);

// About which pods the injector of a cluster is asked, in one namespace or, if `namespace_name` is
// empty, in all. Namespaces that may not be read are told on standard error and not known;
// `assume_enabled` is about these. kNotFound if there is no such namespace. kGone: see ForEachPage.
Result<diagnose::InjectionScope> FetchScope(ClusterClient& cluster,
                                            const std::string& namespace_name, bool assume_enabled);

}  // namespace sidecar::cli
