#pragma once

#include <functional>
#include <string>

#include "cli/commands/webhook_options.h"
#include "controller/options.h"
#include "lib/base/log.h"
#include "lib/base/result.h"
#include "lib/kube/client_config.h"

namespace CLI {
class App;
}

namespace sidecar::cli {

// The flags of `controller`. Filled by the command line parser that AddControllerOptions set up.
struct ControllerFlags {
  // As given.
  WebhookOptions serving;  // What it has in common with `webhook`.
  kube::KubeconfigOptions kubeconfig;
  std::string default_config;
  std::string failure_policy = "Fail";
  std::string certificate_mode = "self-signed";
  std::string lease_duration = "15s";
  std::string renew_deadline = "10s";
  std::string retry_period = "2s";

  // As understood.
  controller::ControllerOptions options;
  LogOptions log;
};

// Declares the flags on the subcommand. `flags` must outlive the parsing.
void AddControllerOptions(CLI::App& command, ControllerFlags& flags);

// What the surroundings tell.
struct ControllerSurroundings {
  std::string pod_namespace;  // Empty outside of a cluster.
  std::string host_name;      // Of the pod or machine.
  std::string unique;         // Tells processes on one host apart.
};

// What the parser cannot know. Errors are usage errors.
Result<void> CompleteOptions(ControllerFlags& flags, const ControllerSurroundings& surroundings);

}  // namespace sidecar::cli
