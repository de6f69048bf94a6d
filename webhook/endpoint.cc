#include "webhook/endpoint.h"

#include <chrono>
#include <memory>
#include <string_view>
#include <utility>

#include <boost/asio/awaitable.hpp>

#include "webhook/answer_memo.h"

namespace sidecar::webhook {
namespace {

using inject::Reason;
using std::chrono::steady_clock;

// Messages of these quote the pod.
bool QuotesPod(Reason reason) {
  return reason == Reason::kInvalidAnnotation || reason == Reason::kInvalidPod;
}

void Log(Logger& log, const AdmissionAnswer& answer, std::size_t bytes,
         steady_clock::duration duration) {
  const AdmissionOutcome& outcome = answer.outcome;
  const LogLevel level = outcome.error.empty() ? LogLevel::kInfo : LogLevel::kWarning;
  if (!log.IsEnabled(level)) return;
  if (!outcome.reason.has_value()) {
    log.Write(level, "refused",
              {{"status", answer.response.status}, {"error", outcome.error}, {"bytes", bytes}});
    return;
  }
  log.Write(level, "admission",
            {{"uid", outcome.uid},
             {"namespace", outcome.namespace_name},
             {"name", outcome.name},
             {"owner", outcome.owner},
             {"operation", outcome.operation},
             {"dryRun", outcome.dry_run},
             {"allowed", outcome.allowed},
             {"reason", ToString(*outcome.reason)},
             {"error", QuotesPod(*outcome.reason) ? std::string_view("see the answer")
                                                  : std::string_view(outcome.error)},
             {"durationMicroseconds",
              std::chrono::duration_cast<std::chrono::microseconds>(duration).count()},
             {"bytes", bytes}});
}

void Remember(AdmissionOutcome outcome, steady_clock::duration duration, DecisionLog& decisions) {
  Decision decision;
  decision.time = std::chrono::system_clock::now();
  decision.namespace_name = std::move(outcome.namespace_name);
  decision.pod = std::move(outcome.name);
  decision.owner = std::move(outcome.owner);
  decision.reason = *outcome.reason;
  decision.allowed = outcome.allowed;
  decision.dry_run = outcome.dry_run;
  decision.duration = duration;
  decisions.Add(std::move(decision));
}

boost::asio::awaitable<HttpResponse> Ready(HttpResponse response) {
  co_return response;
}

}  // namespace

HttpHandler MakeInjectionEndpoint(AdmissionOptions options,
                                  const Published<InjectionSnapshot>& injection,
                                  AdmissionMetrics& metrics, Logger& log,
                                  AdmissionWitnesses witnesses) {
  // Not a coroutine itself, so that what it captures need not outlive the call.
  return [memo = std::make_shared<AnswerMemo>(std::move(options)), &injection, &metrics, &log,
          witnesses](const HttpRequest& request) {
    const steady_clock::time_point start = steady_clock::now();
    AdmissionAnswer answer = memo->Answer(request, injection.Get());
    const steady_clock::duration duration = steady_clock::now() - start;
    if (answer.outcome.reason.has_value()) metrics.Count(*answer.outcome.reason, duration);
    if (witnesses.refused != nullptr) witnesses.refused->Note(answer.outcome);
    Log(log, answer, request.body.size(), duration);
    if (witnesses.decisions != nullptr && answer.outcome.reason.has_value()) {
      Remember(std::move(answer.outcome), duration, *witnesses.decisions);
    }
    return Ready(std::move(answer.response));
  };
}

}  // namespace sidecar::webhook
