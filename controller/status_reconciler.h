#pragma once

#include <chrono>
#include <functional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "controller/injector_status.h"
#include "lib/base/log.h"
#include "lib/base/result.h"
#include "lib/kube/api_client.h"
#include "lib/observe/metrics.h"

namespace sidecar::controller {

// Keeps the InjectorStatus of this installation: see crds/injectorstatuses.yaml. Writes by
// server-side apply, on change only. Where the type is not installed, it does nothing.
//
// Belongs to one strand.
class StatusReconciler {
 public:
  struct Options {
    std::string name;                      // Of the object.
    std::string deployment;                // In the control namespace; it need not exist.
    std::function<bool()> may_write;       // The leader may.
    std::function<InjectorFacts()> facts;  // But for the replicas'.
    std::function<std::chrono::system_clock::time_point()> now = &std::chrono::system_clock::now;
  };

  // What is passed outlives this; the metrics' last Render() precedes its end.
  StatusReconciler(Options options, kube::ApiClient& client, Logger& log,
                   observe::MetricRegistry& metrics);

  // One look at everything. Whether the type is installed, as far as was asked.
  boost::asio::awaitable<bool> RunOnce();

 private:
  boost::asio::awaitable<Result<bool>> Report();
  boost::asio::awaitable<Result<void>> CountReplicas(InjectorFacts& facts);

  const Options options_;
  kube::ApiClient& client_;
  Logger& log_;
  observe::Counter& written_;
  observe::Counter& failures_;
  bool told_absent_ = false;
};

}  // namespace sidecar::controller
