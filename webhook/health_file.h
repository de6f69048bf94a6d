#pragma once

#include <chrono>
#include <string>

#include "lib/base/result.h"

// The health check of Istio 0.6: the injector writes a file every so often (--healthCheckInterval,
// --healthCheckFile), and `probe`, run by the kubelet in the same container, looks how old it is.

namespace sidecar::webhook {

// Writes "ok", as Istio does.
Result<void> WriteHealthFile(const std::string& path);

// The check of `probe --probe-path PATH --interval INTERVAL`, with Istio's messages. A file may be
// 10 ms older than the interval.
Result<void> CheckHealthFile(const std::string& path, std::chrono::nanoseconds interval,
                             std::chrono::system_clock::time_point now);

}  // namespace sidecar::webhook
