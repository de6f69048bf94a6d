#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cli/cluster_client.h"
#include "lib/base/result.h"
#include "lib/diagnose/injection_tally.h"
#include "lib/diagnose/object_set.h"
#include "lib/kube/json.h"
#include "lib/kube/protocol/request.h"

namespace sidecar::cli {

// The text of a reply, for an ObjectSet. `kind` is what was asked for, should the reply not say.
std::string TextOf(kube::Json reply, std::string_view kind);

// Calls `each` for the objects of a type, of one namespace or, if `namespace_name` is empty, of
// all, page by page: memory is that of a page. Ends with the first error; kGone where the list
// expired half way, and must be begun again.
Result<void> ForEachPage(ClusterClient& cluster, const kube::Resource& resource,
                         const std::string& namespace_name,
                         const std::function<void(const diagnose::ObjectSet&)>& each);

// Whether pods of a namespace with these labels are to be injected.
bool IsEnabled(const kubetypes::Labels& namespace_labels);

// How the pods of a cluster stand, and which Deployments cannot create theirs because a webhook
// refuses them. Bounded by the number of owners.
Result<diagnose::InjectionTally> SurveyCluster(ClusterClient& cluster,
                                               const std::string& namespace_name,
                                               const diagnose::TallyOptions& options);

// The same of objects of files. `assume_enabled` is about namespaces without a Namespace object.
diagnose::InjectionTally SurveyObjects(const diagnose::ObjectSet& objects, bool assume_enabled,
                                       const diagnose::TallyOptions& options);

}  // namespace sidecar::cli
