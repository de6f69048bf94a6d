#include "cli/commands/controller_options.h"

#include <chrono>
#include <string_view>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "controller/default_config.h"
#include "lib/kube/protocol/lease.h"
#include "lib/kubetypes/duration.h"

namespace sidecar::cli {

namespace {

using controller::CertificateMode;

constexpr const char* kClusterGroup = "Cluster";
constexpr const char* kConfigGroup = "Configuration";
constexpr const char* kWebhookGroup = "Webhook";
constexpr const char* kCertificateGroup = "Certificate";
constexpr const char* kElectionGroup = "Leader election";

constexpr const char* kDefaultNamespace = "istio-system";
// Of admissionregistration.k8s.io.
constexpr int kShortestTimeout = 1;
constexpr int kLongestTimeout = 30;
constexpr int kMostPort = 65'535;

Error Usage(std::string message) {
  return Error{ErrorCode::kInvalidArgument, std::move(message)};
}

Error Invalid(const std::string& flag, const std::string& value, const std::string& reason) {
  return Usage("invalid argument \"" + value + "\" for \"" + flag + "\" flag: " + reason);
}

// Declares flags of one group; the default is what the variable holds.
class Group {
 public:
  Group(CLI::App& command, const char* name) : command_(command), name_(name) {}

  template <class T>
  Group& Add(const char* flag, T& value, const char* type, const char* help) {
    command_.add_option(flag, value, help)->type_name(type)->group(name_)->capture_default_str();
    return *this;
  }
  Group& AddSwitch(const char* flag, bool& value, const char* help) {
    command_.add_flag(flag, value, help)->group(name_);
    return *this;
  }

 private:
  CLI::App& command_;
  const char* name_;
};

void AddClusterFlags(CLI::App& command, ControllerFlags& flags) {
  Group(command, kClusterGroup)
      .Add("--kubeconfig", flags.kubeconfig.path, "FILE",
           "Kubeconfig file; without it $KUBECONFIG, ~/.kube/config or, in a pod, its account")
      .Add("--context", flags.kubeconfig.context, "NAME", "Context of the kubeconfig to use");
}

void AddConfigFlags(CLI::App& command, ControllerFlags& flags) {
  controller::ConfigMapNames& names = flags.options.config_maps;
  Group(command, kConfigGroup)
      .Add("--injectConfigMap", names.inject.name, "NAME",
           "ConfigMap with the injection configuration")
      .Add("--injectConfigKey", names.inject.key, "KEY", "Its key")
      .Add("--meshConfigMap", names.mesh.name, "NAME", "ConfigMap with the mesh configuration")
      .Add("--meshConfigKey", names.mesh.key, "KEY", "Its key")
      .Add("--defaultConfig", flags.default_config, "release|debug",
           "Built-in injection configuration to use while there is no such ConfigMap; without it, "
           "the controller is not ready until there is one");
}

void AddWebhookFlags(CLI::App& command, ControllerFlags& flags) {
  controller::WebhookSpec& webhook = flags.options.webhook;
  Group(command, kWebhookGroup)
      .Add("--webhookConfigName", webhook.configuration, "NAME",
           "MutatingWebhookConfiguration whose caBundle is kept right")
      .Add("--webhookName", webhook.webhook, "NAME", "The webhook in it")
      .AddSwitch("--manageWebhook", flags.options.manage_webhook,
                 "Create the MutatingWebhookConfiguration where there is none")
      .Add("--service", webhook.service, "NAME",
           "Service through which API servers reach the controller")
      .Add("--servicePort", webhook.service_port, "PORT",
           "With --manageWebhook: the Service's port")
      .Add("--failurePolicy", flags.failure_policy, "Fail|Ignore",
           "With --manageWebhook: what becomes of pods while no controller can be reached")
      .Add("--webhookTimeout", webhook.timeout_seconds, "SECONDS",
           "With --manageWebhook: how long API servers wait for an answer, 1 to 30")
      .Add("--deployment", flags.options.deployment, "NAME",
           "Deployment whose replicas the InjectorStatus counts; by default the Service's name");
}

void AddCertificateFlags(CLI::App& command, ControllerFlags& flags) {
  controller::CertificateOptions& certificates = flags.options.certificates;
  Group(command, kCertificateGroup)
      .Add("--certMode", flags.certificate_mode, "self-signed|csr|files",
           "Where the certificate comes from: an own authority, the cluster's signer, or files")
      .Add("--secret", certificates.secret, "NAME",
           "Secret in which replicas share the certificate (self-signed, csr)")
      .Add("--signerName", certificates.signer, "NAME",
           "Signer to ask (csr); without it the legacy one, which Kubernetes had up to 1.21")
      .Add("--tlsCertFile", certificates.certificate_file, "FILE", "Certificate for HTTPS (files)")
      .Add("--tlsKeyFile", certificates.key_file, "FILE", "Key matching --tlsCertFile (files)")
      .Add("--caCertFile", certificates.ca_file, "FILE",
           "Authority to put into caBundle (files); without it, caBundle is left alone");
}

void AddElectionFlags(CLI::App& command, ControllerFlags& flags) {
  controller::ElectionOptions& election = flags.options.election;
  Group(command, kElectionGroup)
      .AddSwitch("--leaderElect", election.enabled,
                 "Elect a leader among the replicas, the only one to write (--leaderElect=false: "
                 "this is the only replica)")
      .Add("--leaseName", election.lease, "NAME", "Lease to hold; by default the Service's name")
      .Add("--leaseDuration", flags.lease_duration, "DURATION",
           "How long the others wait for a leader that is silent")
      .Add("--renewDeadline", flags.renew_deadline, "DURATION",
           "How long a leader that cannot renew its Lease remains one")
      .Add("--retryPeriod", flags.retry_period, "DURATION",
           "How often the Lease is looked at or renewed");
}

Result<std::chrono::seconds> ReadSeconds(const std::string& flag, const std::string& text) {
  const auto parsed = kubetypes::ParseDuration(text);
  if (!parsed.has_value()) return Invalid(flag, text, parsed.error().message);
  const std::chrono::nanoseconds duration(*parsed);
  if (duration < std::chrono::seconds(1)) return Invalid(flag, text, "must be 1s at least");
  return std::chrono::duration_cast<std::chrono::seconds>(duration);
}

Result<CertificateMode> ReadMode(const std::string& text) {
  if (text == "self-signed") return CertificateMode::kSelfSigned;
  if (text == "csr") return CertificateMode::kCsr;
  if (text == "files") return CertificateMode::kFiles;
  return Invalid("--certMode", text, "must be self-signed, csr or files");
}

Result<void> CompleteCertificates(ControllerFlags& flags) {
  controller::CertificateOptions& certificates = flags.options.certificates;
  ASSIGN_OR_RETURN(certificates.mode, ReadMode(flags.certificate_mode));
  const bool has_files = !certificates.certificate_file.empty() || !certificates.key_file.empty();
  if (certificates.mode != CertificateMode::kCsr && !certificates.signer.empty()) {
    return Usage("--signerName needs --certMode=csr");
  }
  if (certificates.mode != CertificateMode::kFiles) {
    if (has_files || !certificates.ca_file.empty()) {
      return Usage("--tlsCertFile, --tlsKeyFile and --caCertFile need --certMode=files");
    }
    return {};
  }
  if (certificates.certificate_file.empty() || certificates.key_file.empty()) {
    return Usage("--certMode=files needs --tlsCertFile and --tlsKeyFile");
  }
  return {};
}

Result<void> CompleteElection(ControllerFlags& flags, const ControllerSurroundings& surroundings) {
  controller::ElectionOptions& election = flags.options.election;
  ASSIGN_OR_RETURN(election.lease_duration, ReadSeconds("--leaseDuration", flags.lease_duration));
  ASSIGN_OR_RETURN(election.renew_deadline, ReadSeconds("--renewDeadline", flags.renew_deadline));
  ASSIGN_OR_RETURN(election.retry_period, ReadSeconds("--retryPeriod", flags.retry_period));
  if (!kube::CheckTimes({election.lease_duration, election.renew_deadline, election.retry_period})
           .has_value()) {
    return Usage("--leaseDuration must exceed --renewDeadline, and that 1.2 times --retryPeriod");
  }
  if (election.lease.empty()) election.lease = flags.options.webhook.service;
  election.identity = surroundings.host_name + '_' + surroundings.unique;
  return {};
}

}  // namespace

void AddControllerOptions(CLI::App& command, ControllerFlags& flags) {
  AddClusterFlags(command, flags);
  AddConfigFlags(command, flags);
  AddWebhookFlags(command, flags);
  AddCertificateFlags(command, flags);
  AddElectionFlags(command, flags);
  AddServingOptions(command, flags.serving);
}

Result<void> CompleteOptions(ControllerFlags& flags, const ControllerSurroundings& surroundings) {
  std::string& control_namespace = flags.serving.own_namespace;
  if (control_namespace.empty()) control_namespace = surroundings.pod_namespace;
  if (control_namespace.empty()) control_namespace = kDefaultNamespace;
  if (auto serving = CompleteOptions(flags.serving); !serving.has_value()) return serving;
  controller::ControllerOptions& options = flags.options;
  options.service = flags.serving.service;
  options.admission = flags.serving.admission;
  options.compat = flags.serving.files.compat;
  options.certificates.client_ca_file = flags.serving.files.client_ca;
  options.certificates.allowed_clients = flags.serving.files.allowed_clients;
  flags.log = flags.serving.log;

  options.control_namespace = control_namespace;
  options.config_maps.namespace_name = control_namespace;
  options.webhook.service_namespace = control_namespace;

  if (!flags.default_config.empty()) {
    const auto text = controller::FindDefaultConfig(flags.default_config);
    if (!text.has_value()) {
      return Invalid("--defaultConfig", flags.default_config, "must be release or debug");
    }
    options.default_config = std::string(*text);
  }
  if (flags.failure_policy != "Fail" && flags.failure_policy != "Ignore") {
    return Invalid("--failurePolicy", flags.failure_policy, "must be Fail or Ignore");
  }
  options.webhook.fail_closed = flags.failure_policy == "Fail";
  if (const int seconds = options.webhook.timeout_seconds;
      seconds < kShortestTimeout || seconds > kLongestTimeout) {
    return Invalid("--webhookTimeout", std::to_string(seconds), "must be 1 to 30");
  }
  if (const int port = options.webhook.service_port; port < 1 || port > kMostPort) {
    return Invalid("--servicePort", std::to_string(port), "must be 1 to 65535");
  }
  if (options.deployment.empty()) options.deployment = options.webhook.service;
  if (auto complete = CompleteCertificates(flags); !complete.has_value()) return complete;
  return CompleteElection(flags, surroundings);
}

}  // namespace sidecar::cli
