#include "webhook/service.h"

#include <csignal>
#include <cstdlib>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <malloc.h>

#include "lib/base/deadline.h"
#include "lib/observe/admin_routes.h"
#include "webhook/health_file.h"

namespace sidecar::webhook {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// How often the end of the last requests is looked for.
constexpr std::chrono::milliseconds kQuietPoll{5};
constexpr int kExitImpatient = 1;
// How often it is looked whether a burst of requests is over, and how many looks in a row may find
// that it is not.
constexpr std::chrono::seconds kBurstCheck{1};
constexpr int kMostBusyChecks = 10;

asio::awaitable<void> Sleep(std::chrono::nanoseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

HttpHandler AdminHandler(observe::AdminSources sources, WebPages* pages) {
  return [sources = std::move(sources), pages](const HttpRequest& request) {
    if (pages != nullptr && WebPages::IsPage(request.target)) return pages->Answer(request);
    // Not a coroutine itself, so that what it captures need not outlive the call.
    return [](observe::AdminPage page) -> asio::awaitable<HttpResponse> {
      HttpResponse response;
      response.status = page.status;
      response.content_type = std::move(page.content_type);
      response.body = std::move(page.body);
      co_return response;
    }(observe::AnswerAdmin(sources, request.method, request.target));
  };
}

}  // namespace

Service::Service(ServiceOptions options, ServiceSources sources, HttpHandler inject,
                 observe::MetricRegistry& metrics, observe::Readiness& readiness, Logger& log,
                 asio::any_io_executor executor)
    : options_(std::move(options)),
      sources_(std::move(sources)),
      metrics_(metrics),
      readiness_(readiness),
      log_(log),
      executor_(std::move(executor)),
      tasks_(executor_),
      control_(tasks_.NewStrand()),
      https_(options_.https, &sources_.certificates, std::move(inject), tasks_),
      admin_(sources_.pages == nullptr ? options_.admin : WebPages::Prepare(options_.admin),
             nullptr, AdminHandler({&metrics, &readiness, sources_.describe}, sources_.pages),
             tasks_),
      signals_(control_) {
  readiness_.Set("listener", false, "not listening yet");
  DeclareMetrics();
}

Service::~Service() = default;

void Service::DeclareMetrics() {
  using Kind = observe::MetricRegistry::Kind;
  const HttpServerCounters& counters = https_.counters();
  const auto add = [&](Kind kind, const char* name, const char* help, const auto& value) {
    metrics_.AddReading(kind, std::string("sidecar_injector_http_") + name, help,
                        [&value] { return static_cast<double>(value.load()); });
  };
  add(Kind::kCounter, "connections_accepted_total", "Connections accepted.",
      counters.connections_accepted);
  add(Kind::kCounter, "connections_refused_total", "Connections closed for being too many.",
      counters.connections_refused);
  add(Kind::kCounter, "tls_handshakes_total", "TLS handshakes that succeeded.",
      counters.handshakes);
  add(Kind::kCounter, "tls_handshake_failures_total", "TLS handshakes that failed.",
      counters.handshake_failures);
  add(Kind::kCounter, "requests_total", "Requests read whole.", counters.requests);
  add(Kind::kCounter, "bad_requests_total", "Requests that were not HTTP or too large.",
      counters.bad_requests);
  add(Kind::kCounter, "timeouts_total", "Slow peers that were cut off.", counters.timeouts);
  add(Kind::kGauge, "connections_open", "Connections open now.", counters.connections_open);
  add(Kind::kGauge, "requests_in_flight", "Requests being answered now.",
      counters.requests_in_flight);
}

Result<ServicePorts> Service::Start() {
  ServicePorts ports;
  if (options_.serve_admin) {
    auto admin = admin_.Start();
    if (!admin.has_value()) return std::move(admin).error().Annotate("admin pages");
    ports.admin = *admin;
  }
  Reload();
  auto https = https_.Start();
  if (!https.has_value()) {
    tasks_.Stop();
    Wait();
    return std::move(https).error().Annotate("injection endpoint");
  }
  ports.https = *https;

  if (!sources_.files.empty()) {
    FileWatchOptions watch = options_.watch;
    watch.files = sources_.files;
    tasks_.Spawn("file watch", control_, [this, watch = std::move(watch)] {
      return WatchFiles(watch, [this] { Reload(); });
    });
  }
  if (options_.handle_signals) {
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) signals_.add(signal);
    tasks_.Spawn("signals", control_, [this] { return HandleSignals(); });
  }
  if (!options_.health_file.empty() && options_.health_interval > options_.health_interval.zero()) {
    tasks_.Spawn("health file", tasks_.NewStrand(), [this] { return WriteHealth(); });
  }
  tasks_.Spawn("memory", tasks_.NewStrand(), [this] { return ReturnMemory(); });
  readiness_.Set("listener", true);
  log_.Info("serving",
            {{"port", ports.https}, {"admin_port", ports.admin}, {"ready", readiness_.IsReady()}});
  return ports;
}

void Service::Reload() {
  if (sources_.reload) sources_.reload();
}

void Service::Shutdown() {
  if (stopping_.exchange(true)) return;
  tasks_.Spawn("shutdown", tasks_.NewStrand(), [this] { return ShutDown(); });
}

void Service::Wait() {
  asio::co_spawn(executor_, tasks_.Join(), asio::use_future).get();
}

asio::awaitable<void> Service::HandleSignals() {
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  for (;;) {
    const int signal = co_await signals_.async_wait(token);
    if (error) co_return;
    if (signal == SIGHUP) {
      log_.Info("SIGHUP: reading the configuration again");
      Reload();
    } else if (stopping_) {
      log_.Warning("second signal to stop: exiting at once");
      std::_Exit(kExitImpatient);
    } else {
      Shutdown();
    }
  }
}

asio::awaitable<void> Service::WriteHealth() {
  for (;;) {
    if (readiness_.IsReady()) {
      const Result<void> written = WriteHealthFile(options_.health_file);
      if (!written.has_value()) {
        log_.Error("health check update failed", {{"error", written.error().message}});
      }
    }
    co_await Sleep(options_.health_interval);
  }
}

// What a burst of large reviews leaves free in the heap goes back to the system, as does what only
// the start needed: memory that a pod holds counts against its limit, used or not.
asio::awaitable<void> Service::ReturnMemory() {
  const std::atomic<std::uint64_t>& requests = https_.counters().requests;
  std::uint64_t returned_at = UINT64_MAX;  // Requests there had been when memory was given back.
  std::uint64_t seen = 0;
  for (int busy_checks = 0;;) {
    co_await Sleep(kBurstCheck);
    const bool is_over = requests == seen;
    seen = requests;
    if (seen == returned_at) continue;
    if (!is_over && ++busy_checks < kMostBusyChecks) continue;
    malloc_trim(0);
    returned_at = seen;
    busy_checks = 0;
  }
}

bool Service::IsQuiet() const {
  const HttpServerCounters& counters = https_.counters();
  // In this order: what is being received may be in flight next.
  return !counters.accepting && counters.connections_receiving == 0 &&
         counters.requests_in_flight == 0;
}

asio::awaitable<void> Service::ShutDown() {
  readiness_.Set("listener", false, "shutting down");
  https_.Drain();
  log_.Info("stopping: no longer ready, still answering",
            {{"drain_ms", options_.drain_delay.count()}});
  co_await Sleep(options_.drain_delay);

  https_.StopAccepting();
  const Deadline latest = Clock::now() + options_.finish_timeout;
  while (!IsQuiet() && Clock::now() < latest) co_await Sleep(kQuietPoll);

  const HttpServerCounters& counters = https_.counters();
  log_.Info("stopped", {{"requests", counters.requests.load()},
                        {"cut_off", counters.requests_in_flight.load()}});
  tasks_.Stop();
}

}  // namespace sidecar::webhook
