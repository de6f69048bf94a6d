#include "cli/commands/webhook.h"

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/thread_pool.hpp>

#include "cli/commands/commands.h"
#include "cli/exit_codes.h"
#include "cli/print.h"
#include "cli/version.h"
#include "lib/base/cpu_count.h"
#include "lib/kubetypes/duration.h"
#include "lib/observe/process_metrics.h"
#include "webhook/config_files.h"
#include "webhook/endpoint.h"
#include "webhook/health_file.h"

namespace sidecar::cli {

namespace {

constexpr int kExitFailed = 1;

constexpr const char* kWebhookHelp =
    R"(Serves the admission webhook that injects pods as they are created.

Takes the flags of Istio 0.5's `sidecar-injector`. Reads its configuration, its certificate and its
key from files, and reads them again when they change. SIGTERM stops it without losing a request.

The exit code is 0 after a stop that was asked for, 1 if it cannot run, and 2 for a wrong command
line.)";

HttpHandler MakeEndpoint(const HandlerParts& parts) {
  return webhook::MakeInjectionEndpoint(parts.options.admission, parts.injection, parts.metrics,
                                        parts.log, {nullptr, parts.decisions});
}

}  // namespace

int RunWebhook(WebhookOptions options, const MakeHandler& make_handler) {
  if (const Result<void> complete = CompleteOptions(options); !complete.has_value()) {
    PrintError(complete.error().message);
    return kExitUsage;
  }
  // A log reader or a peer that went away is an error to handle, not a reason to die.
  std::signal(SIGPIPE, SIG_IGN);

  Logger log(options.log);
  observe::MetricRegistry metrics;
  observe::AddProcessMetrics(metrics);
  metrics
      .AddGauge("sidecar_injector_build_info", "Always 1; the labels tell the version.",
                {{"version", std::string(kVersion)}})
      .Set(1);
  observe::Readiness readiness({});
  webhook::AdmissionMetrics admission_metrics(metrics);
  webhook::ConfigFiles files(options.files, log, metrics, readiness);
  webhook::DecisionLog decisions;
  HttpHandler handler = make_handler(HandlerParts{options, files.injection(), admission_metrics,
                                                  log, options.service.ui ? &decisions : nullptr});
  std::optional<webhook::WebPages> pages;
  if (options.service.ui) {
    pages.emplace(webhook::WebPagesSources{std::string(kVersion), "webhook", options.admission,
                                           files.injection(), files.tls(), readiness, decisions});
  }

  boost::asio::thread_pool pool(CpuCount());
  webhook::ServiceSources sources = {files.tls(), [&] { return files.Describe(); },
                                     [&] { files.Reload(); }, files.files(),
                                     pages.has_value() ? &*pages : nullptr};
  webhook::Service service(options.service, std::move(sources), std::move(handler), metrics,
                           readiness, log, pool.get_executor());
  const auto ports = service.Start();
  if (!ports.has_value()) {
    log.Error("cannot start", {{"error", ports.error().message}});
    pool.join();
    return kExitFailed;
  }
  service.Wait();
  pool.join();
  return kExitOk;
}

int RunProbe(const ProbeOptions& options) {
  const auto interval = kubetypes::ParseDuration(options.interval);
  if (!interval.has_value()) {
    PrintError("invalid argument \"" + options.interval +
               "\" for \"--interval\" flag: " + interval.error().message);
    return kExitUsage;
  }
  const Result<void> checked = webhook::CheckHealthFile(
      options.path, std::chrono::nanoseconds(*interval), std::chrono::system_clock::now());
  if (!checked.has_value()) {
    PrintError(checked.error().message);
    return kExitFailed;
  }
  return Print("OK\n") ? kExitOk : kExitFailed;
}

void AddWebhookCommand(Commands& commands) {
  const auto options = std::make_shared<WebhookOptions>();
  CLI::App& command = commands.Add(
      "webhook", kWebhookHelp, [options] { return RunWebhook(std::move(*options), MakeEndpoint); });
  command.footer(
      "Examples:\n"
      "  # As Istio's manifests start it; the command's name may be left out.\n"
      "  sidecar-injector webhook --injectConfig=/etc/istio/inject/config \\\n"
      "    --meshConfig=/etc/istio/config/mesh --tlsCertFile=/etc/istio/certs/cert-chain.pem \\\n"
      "    --tlsKeyFile=/etc/istio/certs/key.pem");
  AddWebhookOptions(command, *options);
}

void AddProbeCommand(Commands& commands) {
  const auto options = std::make_shared<ProbeOptions>();
  CLI::App& command = commands.Add(
      "probe",
      "Checks the liveness or readiness of a locally-running server.\n\n"
      "Goes by the age of the file of its --healthCheckFile.\n\n"
      "The exit code is 0 if it is well, 1 if it is not, and 2 for a wrong command line.",
      [options] { return RunProbe(*options); });
  command.footer("Examples:\n  sidecar-injector probe --probe-path=/health --interval=4s");
  AddProbeOptions(command, *options);
}

}  // namespace sidecar::cli
