#pragma once

#include "lib/observe/metrics.h"

namespace sidecar::observe {

// What Prometheus clients tell about every process: CPU seconds, memory, descriptors, threads and
// the start time, under the usual names. Read from /proc at each scrape.
void AddProcessMetrics(MetricRegistry& registry);

}  // namespace sidecar::observe
