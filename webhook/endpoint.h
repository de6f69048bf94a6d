#pragma once

#include "lib/base/log.h"
#include "lib/base/published.h"
#include "lib/http/server.h"
#include "webhook/admission_metrics.h"
#include "webhook/decision_log.h"
#include "webhook/handler.h"
#include "webhook/injection_snapshot.h"
#include "webhook/refused_workloads.h"

namespace sidecar::webhook {

// Who else is told of each admission; any of them may be null.
struct AdmissionWitnesses {
  RefusedWorkloads* refused = nullptr;
  DecisionLog* decisions = nullptr;
};

// The injection endpoint as the HTTP server calls it: answers with the configuration that is
// published at the time, counts, and logs a line a request, at `info` or, for what failed, at
// `warning`. The line says which pod and why, never what is in it. Reviews that it has answered
// before cost little, see AnswerMemo.
//
// Thread-safe. Everything but `options` must outlive the handler.
HttpHandler MakeInjectionEndpoint(AdmissionOptions options,
                                  const Published<InjectionSnapshot>& injection,
                                  AdmissionMetrics& metrics, Logger& log,
                                  AdmissionWitnesses witnesses = {});

}  // namespace sidecar::webhook
