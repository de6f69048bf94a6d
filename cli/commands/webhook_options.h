#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/log.h"
#include "lib/base/result.h"
#include "webhook/config_files.h"
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
  bool log_as_json = false;

  // As understood.
  webhook::ConfigFilesOptions files;
  webhook::ServiceOptions service;
  LogOptions log;
  bool allow_on_error = false;  // Admit a pod uninjected whose injection fails.
};

// Declares the flags on the subcommand. `options` must outlive the parsing.
void AddWebhookOptions(CLI::App& command, WebhookOptions& options);

// What the parser cannot know. Errors are usage errors.
Result<void> CompleteOptions(WebhookOptions& options);

// The flags of `probe` (Istio 0.6).
struct ProbeOptions {
  std::string path;
  std::string interval = "0s";
};
void AddProbeOptions(CLI::App& command, ProbeOptions& options);

}  // namespace sidecar::cli
