#include "cli/commands/webhook_options.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <unistd.h>

#include "cli/flag_values.h"
#include "lib/gotemplate/strconv.h"
#include "lib/inject/compat.h"
#include "lib/kubetypes/duration.h"

namespace sidecar::cli {

namespace {

constexpr const char* kConfigGroup = "Configuration";
constexpr const char* kServerGroup = "Server";
constexpr const char* kLifeGroup = "Life cycle";
constexpr const char* kLogGroup = "Logging";
constexpr const char* kHidden = "";

constexpr std::uint64_t kMostPort = 65'535;
// What fits into every size the program computes with.
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30U;
constexpr std::uint64_t kMostConnections = 1'000'000;

Error Usage(std::string message) {
  return Error{ErrorCode::kInvalidArgument, std::move(message)};
}

void AddConfigOptions(CLI::App& command, WebhookOptions& options) {
  const auto add = [&](const char* name, auto& value, const char* help, const char* initial) {
    value = initial;
    return command.add_option(name, value, help)
        ->type_name("FILE")
        ->default_str(initial)
        ->group(kConfigGroup);
  };
  add("--meshConfig", options.files.mesh_config, "File containing the Istio mesh configuration",
      "/etc/istio/config/mesh");
  add("--injectConfig", options.files.inject_config,
      "File containing the Istio sidecar injection configuration and template",
      "/etc/istio/inject/config");
  add("--tlsCertFile", options.files.tls_certificate,
      "File containing the x509 Certificate for HTTPS", "/etc/istio/certs/cert.pem");
  add("--tlsKeyFile", options.files.tls_key,
      "File containing the x509 private key matching --tlsCertFile", "/etc/istio/certs/key.pem");
}

void AddClientOptions(CLI::App& command, WebhookOptions& options) {
  command
      .add_option("--clientCAFile", options.files.client_ca,
                  "File containing the CA that signed the API server's client certificate; without "
                  "it, clients need none")
      ->type_name("FILE")
      ->group(kConfigGroup);
  command
      .add_option("--allowedClient", options.files.allowed_clients,
                  "With --clientCAFile: a name that a client certificate may have; repeatable; "
                  "without it, any")
      ->type_name("NAME")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false)
      ->group(kConfigGroup);
}

void AddCompatOption(CLI::App& command, WebhookOptions& options) {
  command
      .add_option("--compat", options.compat_name,
                  "Behave as this release of Istio where releases differ: 0.5, 0.6, 0.7, 0.8, 1.0")
      ->type_name("RELEASE")
      ->default_str("0.5")
      ->group(kConfigGroup);
}

// A number that pflag's words refuse where it is none; checked for its range later.
void AddNumber(CLI::App& command, const char* name, std::string& value, const char* help) {
  CLI::Option* const option = command.add_option(name, value, help);
  option->default_str(value)->group(kServerGroup);
  ReadAsUint(*option);
  option->type_name("NUMBER");
}

void AddServerOptions(CLI::App& command, WebhookOptions& options) {
  AddNumber(command, "--port", options.port, "Webhook port");
  AddNumber(command, "--adminPort", options.admin_port,
            "Port of /healthz, /readyz, /metrics and /configz, over plain HTTP; 0 for none");
  command
      .add_option("--adminAddress", options.service.admin.address,
                  "Address of the admin port; all addresses if empty")
      ->type_name("ADDRESS")
      ->group(kServerGroup);
  command
      .add_flag("--ui", options.service.ui,
                "Serve pages for a browser on the admin port: configuration, certificates, "
                "decisions, and a playground for the template")
      ->group(kServerGroup);
  AddNumber(command, "--maxRequestBytes", options.max_request_bytes,
            "Refuse reviews larger than this");
  AddNumber(command, "--maxConnections", options.max_connections,
            "Close connections beyond this many");
}

void AddNamespaceOptions(CLI::App& command, WebhookOptions& options) {
  options.ignored_namespaces = {"kube-system,kube-public,kube-node-lease"};
  command
      .add_option("--ignoredNamespaces", options.ignored_namespaces,
                  "Namespaces whose pods are never injected, besides the injector's own; a list "
                  "with commas, repeatable, \"\" for none")
      ->type_name("NAMES")
      ->default_str(options.ignored_namespaces.front())
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false)
      ->group(kConfigGroup);
  command
      .add_option("--namespace", options.own_namespace,
                  "The injector's own namespace; $POD_NAMESPACE if not given")
      ->type_name("NAME")
      ->group(kConfigGroup);
}

void AddLifeOptions(CLI::App& command, WebhookOptions& options) {
  command
      .add_option("--healthCheckInterval", options.health_check_interval,
                  "Configure how frequently the health check file specified by --healthCheckFile "
                  "should be updated; 0 for never")
      ->type_name("DURATION")
      ->default_str("0s")
      ->group(kLifeGroup);
  command
      .add_option("--healthCheckFile", options.service.health_file,
                  "File that should be periodically updated if health checking is enabled")
      ->type_name("FILE")
      ->group(kLifeGroup);
  command
      .add_option("--drainDelay", options.drain_delay,
                  "How long requests are still answered after SIGTERM, until every API server has "
                  "noticed that this endpoint is gone")
      ->type_name("DURATION")
      ->default_str("5s")
      ->group(kLifeGroup);
  command
      .add_option(
          "--onError", options.on_error,
          "What becomes of a pod whose injection fails: fail (it is refused) or allow (it is "
          "admitted without a sidecar, with a warning)")
      ->type_name("fail|allow")
      ->default_str("fail")
      ->group(kLifeGroup);
}

// Flags of Istio's that have nothing to do here, so that its manifests go on working.
void AddIgnoredOptions(CLI::App& command) {
  const std::string description = "Without effect";
  for (const char* const name :
       {"--caCertFile", "--kubeconfig", "--webhookConfigName", "--webhookName", "--log_target",
        "--log_rotate", "--log_rotate_max_age", "--log_rotate_max_size", "--log_rotate_max_backups",
        "--log_stacktrace_level", "--log_backtrace_at", "--stderrthreshold", "--v,-v",
        "--vmodule"}) {
    // The parser wants somewhere to put the value.
    const auto ignored = std::make_shared<std::string>();
    command
        .add_option_function<std::string>(
            name, [ignored](const std::string& value) { *ignored = value; }, description)
        ->group(kHidden);
  }
  for (const char* const name : {"--log_callers", "--alsologtostderr", "--logtostderr"}) {
    command.add_flag(name, description)->group(kHidden);
  }
}

Result<kubetypes::Nanoseconds> ReadDuration(const std::string& flag, const std::string& text) {
  auto parsed = kubetypes::ParseDuration(text);
  std::string reason = parsed.has_value() ? "negative" : parsed.error().message;
  if (parsed.has_value() && *parsed >= 0) return parsed;
  // As pflag says it.
  return Usage("invalid argument \"" + text + "\" for \"" + flag + "\" flag: " + reason);
}

// A number that AddNumber let through.
Result<std::uint64_t> ReadNumber(const std::string& flag, const std::string& text,
                                 std::uint64_t least, std::uint64_t most) {
  const auto number = gotemplate::ParseUint(text, 0, 0);
  if (number.ok() && number.value >= least && number.value <= most) return number.value;
  return Usage("invalid argument \"" + text + "\" for \"" + flag + "\" flag: must be " +
               std::to_string(least) + " to " + std::to_string(most));
}

Result<void> ReadNumbers(WebhookOptions& options) {
  HttpServerOptions& https = options.service.https;
  ASSIGN_OR_RETURN(const auto port, ReadNumber("--port", options.port, 0, kMostPort));
  https.port = static_cast<std::uint16_t>(port);
  ASSIGN_OR_RETURN(const auto admin, ReadNumber("--adminPort", options.admin_port, 0, kMostPort));
  options.service.admin.port = static_cast<std::uint16_t>(admin);
  ASSIGN_OR_RETURN(https.max_body_bytes,
                   ReadNumber("--maxRequestBytes", options.max_request_bytes, 1, kMostBytes));
  ASSIGN_OR_RETURN(const auto connections,
                   ReadNumber("--maxConnections", options.max_connections, 1, kMostConnections));
  https.max_connections = static_cast<std::int64_t>(connections);
  return {};
}

void ReadNamespaces(WebhookOptions& options) {
  std::vector<std::string>& ignored = options.admission.ignored_namespaces;
  ignored.clear();
  for (std::string_view list : options.ignored_namespaces) {
    while (!list.empty()) {
      const std::string_view name = list.substr(0, list.find(','));
      list.remove_prefix(std::min(list.size(), name.size() + 1));
      if (!name.empty()) ignored.emplace_back(name);
    }
  }
  if (options.own_namespace.empty()) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): before there are threads.
    const char* const variable = std::getenv("POD_NAMESPACE");
    if (variable != nullptr) options.own_namespace = variable;
  }
  if (!options.own_namespace.empty()) ignored.push_back(options.own_namespace);
}

}  // namespace

void AddWebhookOptions(CLI::App& command, WebhookOptions& options) {
  AddConfigOptions(command, options);
  AddServingOptions(command, options);
  AddIgnoredOptions(command);
}

void AddServingOptions(CLI::App& command, WebhookOptions& options) {
  AddCompatOption(command, options);
  AddNamespaceOptions(command, options);
  AddClientOptions(command, options);
  AddServerOptions(command, options);
  AddLifeOptions(command, options);
  command
      .add_option("--log_output_level", options.log_level,
                  "The least important messages to write: debug, info, warn, error, none")
      ->type_name("LEVEL")
      ->default_str("info")
      ->group(kLogGroup);
  CLI::Option* const as_json = command.add_flag(
      "--log_as_json", options.log_as_json,
      "Write each message as a line of JSON; by default unless standard error is a terminal");
  ReadAsBool(*as_json->group(kLogGroup));
}

Result<void> CompleteOptions(WebhookOptions& options) {
  const std::optional<inject::Compat> compat = inject::ParseCompat(options.compat_name);
  if (!compat.has_value()) {
    return Usage("invalid argument \"" + options.compat_name +
                 "\" for \"--compat\" flag: must be one of 0.5, 0.5.1, 0.6, 0.7, 0.8, 1.0");
  }
  options.files.compat = *compat;
  if (options.on_error != "fail" && options.on_error != "allow") {
    return Usage("invalid argument \"" + options.on_error +
                 "\" for \"--onError\" flag: must be fail or allow");
  }
  options.admission.allow_on_error = options.on_error == "allow";
  if (!options.files.allowed_clients.empty() && options.files.client_ca.empty()) {
    return Usage("--allowedClient needs --clientCAFile");
  }
  if (Result<void> read = ReadNumbers(options); !read.has_value()) return read;
  options.admission.max_body_bytes = options.service.https.max_body_bytes;
  ReadNamespaces(options);
  ASSIGN_OR_RETURN(const auto interval,
                   ReadDuration("--healthCheckInterval", options.health_check_interval));
  options.service.health_interval = std::chrono::nanoseconds(interval);
  ASSIGN_OR_RETURN(const auto drain, ReadDuration("--drainDelay", options.drain_delay));
  options.service.drain_delay =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::nanoseconds(drain));
  // Istio's flag may name scopes: "default:info,ads:debug". The first one counts.
  std::string level = options.log_level.substr(0, options.log_level.find(','));
  level.erase(0, level.rfind(':') + 1);
  ASSIGN_OR_RETURN(options.log.level, ParseLogLevel(level));
  const bool as_json =
      options.log_as_json.empty() ? isatty(STDERR_FILENO) == 0 : options.log_as_json == "true";
  options.log.format = as_json ? LogFormat::kJson : LogFormat::kText;
  options.service.https.error_page = &webhook::AnswerBadHttp;
  options.service.serve_admin = options.service.admin.port != 0;
  if (options.service.ui && !options.service.serve_admin) {
    return Usage("--ui needs an --adminPort");
  }
  options.service.handle_signals = true;
  return {};
}

void AddProbeOptions(CLI::App& command, ProbeOptions& options) {
  command
      .add_option("--probe-path", options.path, "Path of the file for checking the availability.")
      ->type_name("FILE");
  command
      .add_option("--interval", options.interval,
                  "Duration used for checking the target file's last modified time.")
      ->type_name("DURATION")
      ->default_str("0s");
}

}  // namespace sidecar::cli
