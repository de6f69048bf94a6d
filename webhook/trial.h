#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/inject/decision.h"
#include "webhook/handler.h"
#include "webhook/injection_snapshot.h"

namespace sidecar::webhook {

// What the endpoint would answer for a pod that somebody pasted, and how it comes to that.
struct Trial {
  std::string object;  // "Deployment/web"; empty where the text could not be read.
  // Nothing where the endpoint was not asked: `error` says why.
  std::optional<inject::Reason> reason;
  bool allowed = false;
  std::string error;
  std::vector<std::string> warnings;
  std::string rendered;  // What the template printed, also where the pod would not be injected.
  std::string patch;     // JSON, indented; empty where the answer has none.
};

struct TrialLimits {
  // From `start`; the clock is that of HttpRequest::received.
  std::chrono::steady_clock::time_point start;
  std::string_view timeout = "2s";  // As the API server's ?timeout=, of which a fifth is kept back.
  std::size_t max_text_bytes = std::size_t{256} << 10U;
};

// Reads the first pod or workload of a text of YAML documents, or of JSON, and puts the pod that it
// makes to AnswerAdmission. What the endpoint remembers is left alone. Bounded as an admission is.
//
// Never throws; any thread. Takes up to the timeout.
Trial TryInjection(std::string_view text, const InjectionSnapshot& snapshot,
                   const AdmissionOptions& options, const TrialLimits& limits);

}  // namespace sidecar::webhook
