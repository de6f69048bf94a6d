#pragma once

#include <string>

#include "cli/cluster_client.h"
#include "lib/diagnose/doctor/snapshot.h"

namespace sidecar::cli {

// Creates a pod as a dry run, in the namespace that is given or, if it is empty, the first one that
// the injector's webhook selects.
void SeeProbe(ClusterClient& cluster, std::string namespace_name,
              diagnose::DoctorSnapshot& snapshot);

}  // namespace sidecar::cli
