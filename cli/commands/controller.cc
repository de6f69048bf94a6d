#include "cli/commands/controller.h"

#include <array>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include <boost/asio/thread_pool.hpp>
#include <unistd.h>

#include "cli/commands/commands.h"
#include "cli/exit_codes.h"
#include "cli/print.h"
#include "cli/version.h"
#include "controller/app.h"
#include "lib/base/cpu_count.h"
#include "lib/kube/api_client.h"
#include "lib/observe/process_metrics.h"

namespace sidecar::cli {

namespace {

constexpr int kExitFailed = 1;
// Enough to look after a cluster, and no more than the API server grants one user by default.
constexpr double kQueriesPerSecond = 50;
constexpr int kQueryBurst = 100;

constexpr const char* kControllerHelp =
    R"(Runs the admission webhook of `webhook`, and looks after all it needs in a cluster.

Follows the ConfigMaps with the injection and mesh configuration, makes and renews the webhook's
certificate, keeps the caBundle of the MutatingWebhookConfiguration right, and watches which
namespaces are labelled. Any number of replicas may run: all serve, one of them writes. While the
API server is away, pods are injected by what was last known.

SIGTERM stops it without losing a request.

The exit code is 0 after a stop that was asked for, 1 if it cannot run, and 2 for a wrong command
line.)";

constexpr const char* kControllerExamples = R"(Examples:
  # In a pod, by its service account.
  sidecar-injector controller --manageWebhook

  # On a machine, against the cluster of a kubeconfig.
  sidecar-injector controller --kubeconfig ~/.kube/config --manageWebhook --port 8443

  # With certificates that cert-manager mounts, and whose authority it puts into caBundle itself.
  sidecar-injector controller --certMode=files --tlsCertFile=/certs/tls.crt --tlsKeyFile=/certs/tls.key)";

ControllerSurroundings Surroundings() {
  ControllerSurroundings surroundings;
  surroundings.pod_namespace = kube::ReadProcessEnvironment("POD_NAMESPACE");
  if (surroundings.pod_namespace.empty()) {
    const auto in_cluster = kube::InClusterConfig();
    if (in_cluster.has_value()) surroundings.pod_namespace = in_cluster->namespace_name;
  }
  surroundings.host_name = kube::ReadProcessEnvironment("POD_NAME");
  if (surroundings.host_name.empty()) {
    constexpr std::size_t kLongestName = 256;
    std::array<char, kLongestName> name{};
    if (gethostname(name.data(), name.size() - 1) == 0) surroundings.host_name = name.data();
  }
  // A restarted container has its predecessor's name, but is not the leader that that one was.
  std::random_device random;
  surroundings.unique = std::to_string(random()) + std::to_string(random());
  return surroundings;
}

Result<std::unique_ptr<kube::ApiClient>> Connect(const kube::KubeconfigOptions& kubeconfig,
                                                 Logger& log) {
  ASSIGN_OR_RETURN(kube::ClientConfig config, kube::LoadClientConfig(kubeconfig));
  for (const std::string& warning : config.warnings) {
    log.Warning("cluster configuration", {{"source", config.source}, {"warning", warning}});
  }
  log.Info("using the cluster", {{"source", config.source},
                                 {"server", config.endpoint.host},
                                 {"port", config.endpoint.port}});
  kube::ApiClientOptions options;
  options.user_agent = "sidecar-injector/" + std::string(kVersion) + " (linux)";
  options.qps = kQueriesPerSecond;
  options.burst = kQueryBurst;
  return kube::ApiClient::Create(std::move(config), std::move(options));
}

}  // namespace

int RunController(ControllerFlags flags) {
  if (const Result<void> complete = CompleteOptions(flags, Surroundings()); !complete.has_value()) {
    PrintError(complete.error().message);
    return kExitUsage;
  }
  // A log reader or a peer that went away is an error to handle, not a reason to die.
  std::signal(SIGPIPE, SIG_IGN);

  Logger log(flags.log);
  boost::asio::thread_pool pool(CpuCount());
  const auto client = Connect(flags.kubeconfig, log);
  if (!client.has_value()) {
    log.Error("cannot start", {{"error", client.error().message}});
    pool.join();
    return kExitFailed;
  }
  observe::MetricRegistry metrics;
  observe::AddProcessMetrics(metrics);
  metrics
      .AddGauge("sidecar_injector_build_info", "Always 1; the labels tell the version.",
                {{"version", std::string(kVersion)}})
      .Set(1);
  observe::Readiness readiness({});
  flags.options.version = kVersion;
  controller::App app(std::move(flags.options), **client, log, metrics, readiness,
                      pool.get_executor());
  const auto ports = app.Start();
  if (ports.has_value()) {
    app.Wait();
  } else {
    log.Error("cannot start", {{"error", ports.error().message}});
  }
  pool.join();
  return ports.has_value() ? kExitOk : kExitFailed;
}

void AddControllerCommand(Commands& commands) {
  const auto flags = std::make_shared<ControllerFlags>();
  CLI::App& command = commands.Add("controller", kControllerHelp,
                                   [flags] { return RunController(std::move(*flags)); });
  command.footer(kControllerExamples);
  AddControllerOptions(command, *flags);
}

}  // namespace sidecar::cli
