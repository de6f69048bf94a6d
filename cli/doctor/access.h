#pragma once

#include <string>

#include "cli/cluster_client.h"
#include "controller/permissions.h"
#include "lib/diagnose/doctor/snapshot.h"

namespace sidecar::cli {

// What the controller in the snapshot's pod deals with, by the flags it was started with; nothing
// where there is no such pod, or it runs another command.
std::optional<controller::PermissionScope> ScopeOf(const diagnose::DoctorSnapshot& snapshot);

// The Lease that the replicas elect a leader by; `service` is the Service they are called by.
std::string LeaseOf(const diagnose::DoctorSnapshot& snapshot, const std::string& service);

// Asks the API server what the injector's service account may do.
void SeeAccess(ClusterClient& cluster, diagnose::DoctorSnapshot& snapshot);

}  // namespace sidecar::cli
