#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/signal_set.hpp>

#include "lib/base/log.h"
#include "lib/base/published.h"
#include "lib/base/result.h"
#include "lib/base/task_group.h"
#include "lib/http/server.h"
#include "lib/observe/health.h"
#include "lib/observe/metrics.h"
#include "webhook/file_watch.h"
#include "webhook/web_pages.h"

namespace sidecar::webhook {

struct ServiceOptions {
  HttpServerOptions https;
  HttpServerOptions admin;  // Plain HTTP, for operators and the kubelet.
  bool serve_admin = true;
  // After the signal to stop: how long requests are still answered, each connection being closed
  // after its answer. Longer than it takes for the endpoint's removal to reach every API server.
  std::chrono::milliseconds drain_delay{5'000};
  // Then: how long requests that have begun may take to finish.
  std::chrono::milliseconds finish_timeout{10'000};
  // Istio 0.6's health check; both must be set.
  std::string health_file;
  std::chrono::nanoseconds health_interval{0};
  // SIGTERM and SIGINT stop, SIGHUP reloads. For the program; one Service of a process at most.
  bool handle_signals = false;
  FileWatchOptions watch;  // Its files are those of the sources.
  bool ui = false;         // The sources shall have pages.
};

// What a service is configured by, and where that comes from: ConfigFiles for `webhook`, the API
// server for the controller.
struct ServiceSources {
  const Published<boost::asio::ssl::context>& certificates;  // Null until there is one.
  std::function<std::string()> describe;                     // The page /configz. Thread-safe.
  // Called once before the service listens, then whenever one of the files changed and on SIGHUP,
  // one call at a time. May be empty, and there may be no files.
  std::function<void()> reload;
  std::vector<std::string> files;
  WebPages* pages = nullptr;  // Served on the admin port, if given.
};

struct ServicePorts {
  std::uint16_t https = 0;
  std::uint16_t admin = 0;
};

// The life of the injection endpoint: admin pages, then configuration, then the listener, then
// ready; and back: not ready, answering with `Connection: close`, no new connections, finishing
// what has begun, the end. No request that was sent before the last step is lost.
//
// Start(), Wait() and the destructor belong to one thread; Shutdown() may be called from any.
class Service {
 public:
  // Everything that is passed or referred to outlives the service. `executor` must be run by
  // somebody until Wait() has returned. The metrics must not be rendered after the service's end.
  Service(ServiceOptions options, ServiceSources sources, HttpHandler inject,
          observe::MetricRegistry& metrics, observe::Readiness& readiness, Logger& log,
          boost::asio::any_io_executor executor);
  ~Service();

  // Fails where a port cannot be had; then nothing runs. A bad configuration is no failure: the
  // service is not ready until it is good.
  Result<ServicePorts> Start();

  // Begins to stop; the second call does nothing.
  void Shutdown();

  // Returns when it has stopped.
  void Wait();

 private:
  void DeclareMetrics();
  void Reload();
  boost::asio::awaitable<void> HandleSignals();
  boost::asio::awaitable<void> WriteHealth();
  boost::asio::awaitable<void> ReturnMemory();
  boost::asio::awaitable<void> ShutDown();
  bool IsQuiet() const;

  const ServiceOptions options_;
  const ServiceSources sources_;
  observe::MetricRegistry& metrics_;
  observe::Readiness& readiness_;
  Logger& log_;
  const boost::asio::any_io_executor executor_;
  TaskGroup tasks_;
  const Strand control_;  // Reloads, signals.
  HttpServer https_;
  HttpServer admin_;
  boost::asio::signal_set signals_;  // Belongs to control_ once started.
  std::atomic<bool> stopping_ = false;
};

}  // namespace sidecar::webhook
