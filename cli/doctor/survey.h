#pragma once

#include <chrono>
#include <string>

#include "cli/cluster_client.h"
#include "cli/injection_source.h"
#include "lib/base/result.h"
#include "lib/diagnose/doctor/snapshot.h"

namespace sidecar::cli {

struct DoctorOptions {
  InjectionSourceFlags injection;     // Where the ConfigMaps are.
  std::string webhook_configuration;  // Empty: found by what it calls.
  std::string probe_namespace;        // Empty: the first that is selected.
  bool probes = true;
  std::chrono::milliseconds dial_timeout{3000};  // Of a connection to a replica.
};

// Looks at a cluster for `doctor`; changes nothing. What may not or cannot be seen is told in the
// snapshot. An error only where there is no API server.
Result<diagnose::DoctorSnapshot> Observe(ClusterClient& cluster, const DoctorOptions& options);

// The time of an HTTP header Date, as RFC 9110 wants it to be written: "Sun, 06 Nov 1994 08:49:37
// GMT".
std::optional<std::chrono::system_clock::time_point> ParseHttpDate(const std::string& text);

}  // namespace sidecar::cli
