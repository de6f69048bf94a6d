#pragma once

#include <functional>

#include "cli/commands/webhook_options.h"
#include "lib/base/published.h"
#include "lib/http/server.h"
#include "webhook/admission_metrics.h"
#include "webhook/decision_log.h"
#include "webhook/injection_snapshot.h"

namespace sidecar::cli {

// What the handler of admission reviews is made of. All of it outlives the handler.
struct HandlerParts {
  const WebhookOptions& options;
  const Published<webhook::InjectionSnapshot>& injection;
  webhook::AdmissionMetrics& metrics;
  Logger& log;
  webhook::DecisionLog* decisions;  // Null where they need not be remembered.
};
using MakeHandler = std::function<HttpHandler(const HandlerParts& parts)>;

// Runs `webhook` until a signal stops it. Returns the exit code.
int RunWebhook(WebhookOptions options, const MakeHandler& make_handler);

// Runs `probe`: prints "OK", or why not. Returns the exit code.
int RunProbe(const ProbeOptions& options);

}  // namespace sidecar::cli
