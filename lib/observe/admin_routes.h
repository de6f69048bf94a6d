#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "lib/observe/health.h"
#include "lib/observe/metrics.h"

namespace sidecar::observe {

struct AdminPage {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

// What the pages are made of; all of it outlives them. `configz` returns JSON that names the
// configuration by hashes and generations, never by its content; it must be thread-safe.
struct AdminSources {
  const MetricRegistry* metrics = nullptr;
  const Readiness* readiness = nullptr;
  std::function<std::string()> configz;
};

// The pages for operators, which must not be reachable from outside the cluster:
//   /healthz  the process runs
//   /readyz   200 if all conditions hold, else 503; with ?verbose, each of them
//   /metrics  Prometheus
//   /configz  which configuration is in use
// Anything else is 404, any method but GET and HEAD 405. Thread-safe.
AdminPage AnswerAdmin(const AdminSources& sources, std::string_view method,
                      std::string_view target);

}  // namespace sidecar::observe
