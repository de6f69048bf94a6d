#pragma once

#include <memory>
#include <string>

#include "cli/cluster_client.h"
#include "lib/base/result.h"
#include "lib/diagnose/injection_scope.h"
#include "lib/diagnose/injection_tally.h"
#include "lib/diagnose/object_set.h"
#include "webhook/injection_snapshot.h"

namespace sidecar::cli {

// What pods are compared with: the policy, the template and the images of an injection.
diagnose::TallyOptions TallyOptionsFor(std::shared_ptr<const webhook::InjectionSnapshot> snapshot);

// How the pods of a cluster stand, and which Deployments cannot create theirs because a webhook
// refuses them; of one namespace or, if `namespace_name` is empty, of all. Goes by the selectors of
// its webhooks; `assume_enabled` is about namespaces that may not be read. Bounded by the number of
// owners.
Result<diagnose::InjectionTally> SurveyCluster(ClusterClient& cluster,
                                               const std::string& namespace_name,
                                               const diagnose::TallyOptions& options,
                                               bool assume_enabled = false);

// The same of objects of files.
diagnose::InjectionTally SurveyObjects(const diagnose::ObjectSet& objects,
                                       const diagnose::InjectionScope& scope,
                                       const diagnose::TallyOptions& options);

}  // namespace sidecar::cli
