#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "lib/base/log.h"
#include "lib/base/result.h"
#include "lib/inject/config.h"
#include "lib/kube/api_client.h"
#include "lib/kube/json.h"
#include "lib/observe/metrics.h"

namespace sidecar::controller {

// What pods are compared with.
struct ReportedTemplate {
  inject::Policy policy = inject::Policy::kEnabled;
  std::string hash;  // As status annotations name it.
};

// Keeps an InjectionReport in each namespace that is labelled for injection: see
// crds/injectionreports.yaml. Reads pods page by page and keeps none; writes by server-side apply,
// on change only. Where the type is not installed, it asks again now and then and does nothing
// else.
//
// Belongs to one strand.
class ReportReconciler {
 public:
  struct Options {
    std::function<bool()> may_write;                           // The leader may.
    std::function<std::optional<ReportedTemplate>()> current;  // Nothing: no configuration yet.
    std::function<std::vector<std::string>()> namespaces;      // Labelled for injection.
    std::function<std::chrono::system_clock::time_point()> now = &std::chrono::system_clock::now;
    // Between two rounds; up to a fifth more, so that installations do not ask in step.
    std::chrono::milliseconds interval = std::chrono::seconds(30);
    // While the type is not installed.
    std::chrono::milliseconds retry_interval = std::chrono::minutes(10);
  };

  // What is passed outlives this; the metrics' last Render() precedes its end.
  ReportReconciler(Options options, kube::ApiClient& client, Logger& log,
                   observe::MetricRegistry& metrics);

  // One round after the other, until it is cancelled.
  boost::asio::awaitable<void> Run();
  // One round over all namespaces. Whether the type is installed.
  boost::asio::awaitable<bool> RunOnce();
  // One namespace. Whether something was written.
  boost::asio::awaitable<Result<bool>> Report(std::string namespace_name, ReportedTemplate current);

 private:
  // The stored report, null where there is none yet; kNotFound where there is no such type.
  boost::asio::awaitable<Result<kube::Json>> Stored(std::string namespace_name);
  boost::asio::awaitable<Result<void>> Apply(kube::Json report, std::string subresource);
  std::chrono::milliseconds Pause(bool installed);

  const Options options_;
  kube::ApiClient& client_;
  Logger& log_;
  observe::Counter& written_;
  observe::Counter& failures_;
  bool told_absent_ = false;
};

}  // namespace sidecar::controller
