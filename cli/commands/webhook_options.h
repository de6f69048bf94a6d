#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/log.h"
#include "lib/base/result.h"
#include "webhook/config_files.h"
#include "webhook/handler.h"
#include "webhook/service.h"

namespace CLI {
class App;
}

namespace sidecar::cli {

// The flags of `webhook`: those of Istio 0.5 to 0.8's sidecar-injector under their own names, and
// ours. Filled by the command line parser that AddWebhookOptions set up.
struct WebhookOptions {
  // As given.
  std::string compat_name = "0.5";
  std::string health_check_interval = "0s";
  std::string drain_delay = "5s";
  std::string on_error = "fail";
  std::string log_level = "info";
  std::string log_as_json;  // Empty: unless standard error is a terminal.
  std::string port = "443";
  std::string admin_port = "15014";
  std::string max_request_bytes = "8388608";
  std::string max_connections = "1024";
  std::string own_namespace;
  std::vector<std::string> ignored_namespaces;  // Lists, separated by commas.

  // As understood.
  webhook::ConfigFilesOptions files;
  webhook::ServiceOptions service;
  webhook::AdmissionOptions admission;
  LogOptions log;
};

// Declares the flags on the subcommand. `options` must outlive the parsing.
void AddWebhookOptions(CLI::App& command, WebhookOptions& options);

// Of these, the ones that any injecting server has: all but the files with its configuration and
// certificate.
void AddServingOptions(CLI::App& command, WebhookOptions& options);

// What the parser cannot know. Errors are usage errors. The injector's own namespace, where no flag
// tells it, is that of the environment variable POD_NAMESPACE.
Result<void> CompleteOptions(WebhookOptions& options);

// The flags of `probe` (Istio 0.6).
struct ProbeOptions {
  std::string path;
  std::string interval = "0s";
};
void AddProbeOptions(CLI::App& command, ProbeOptions& options);

}  // namespace sidecar::cli
