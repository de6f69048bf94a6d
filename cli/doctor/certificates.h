#pragma once

#include <chrono>

#include "cli/cluster_client.h"
#include "lib/diagnose/doctor/snapshot.h"

namespace sidecar::cli {

// Reads the caBundle of the injector's webhook, and connects to each ready replica to see whether
// an API server would trust it.
void SeeCertificates(ClusterClient& cluster, std::chrono::milliseconds timeout,
                     diagnose::DoctorSnapshot& snapshot);

}  // namespace sidecar::cli
