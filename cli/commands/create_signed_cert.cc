#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "cli/cluster_client.h"
#include "cli/commands/commands.h"
#include "cli/exit_codes.h"
#include "cli/kube_flags.h"
#include "cli/print.h"
#include "controller/certs/csr_issuer.h"
#include "controller/certs/policy.h"
#include "controller/certs/secret_object.h"
#include "lib/kube/protocol/resources.h"
#include "lib/kube/sync.h"
#include "lib/kubetypes/duration.h"

// `create-signed-cert`: what Istio 0.5's webhook-create-signed-cert.sh does.

namespace sidecar::cli {
namespace {

using boost::asio::awaitable;
using kube::ApiRequest;
using kube::Json;

constexpr const char* kHelp =
    R"(Has the cluster sign a certificate for the webhook and stores it in a Secret.

Does what Istio 0.5's webhook-create-signed-cert.sh does, with the same flags: makes a key, creates
the CertificateSigningRequest <service>.<namespace> (an old one is deleted), approves it, and puts
key.pem and cert.pem into the Secret. Waits for the certificate, and leaves no file behind.

Kubernetes 1.22 and later have no signer for such requests: name one with --signerName, or run the
controller, which signs for itself.

The exit code is 0, 1 if there is no certificate, and 2 for a wrong command line.)";

constexpr const char* kExamples = R"(Examples:
  sidecar-injector create-signed-cert --service istio-sidecar-injector \
    --namespace istio-system --secret sidecar-injector-certs)";

struct Options {
  KubeFlags cluster;
  std::string service = "istio-sidecar-injector";
  std::string secret = "sidecar-injector-certs";
  std::string signer_name;
  std::string timeout = "60s";
};

void Say(std::string_view line) {
  Print(std::string(line) + '\n');
}

// The client runs on an io_context of its own and returns when it is through.
awaitable<Result<Json>> CallNow(ClusterClient& client, ApiRequest request) {
  // NOLINTNEXTLINE(clang-analyzer-cplusplus.Move): the analyzer does not know coroutines.
  co_return client.Call(std::move(request));
}

// Istio's names of the keys; other keys stay.
Result<void> Store(ClusterClient& client, const Options& options,
                   const pki::CredentialsPem& issued) {
  constexpr int kMostAttempts = 5;  // Somebody else may write the Secret at the same time.
  const std::string& ns = client.namespace_name();
  for (int attempt = 1;; ++attempt) {
    Result<Json> old = client.Call(kube::GetRequest(kube::kSecrets, ns, options.secret));
    const bool is_new = !old.has_value() && old.error().code == ErrorCode::kNotFound;
    if (!old.has_value() && !is_new) {
      return std::move(old).error().Annotate("read the secret " + options.secret);
    }
    controller::SecretContent content;
    if (!is_new) content = controller::ReadSecretContent(*old);
    content.data["key.pem"] = issued.key;
    content.data["cert.pem"] = issued.certificate;
    ApiRequest write;
    if (is_new) {
      const Json secret = controller::NewSecret(ns, options.secret, content);
      write = kube::CreateRequest(kube::kSecrets, ns, secret.dump());
    } else {
      const Json secret = controller::WithContent(*old, content);
      write = kube::UpdateRequest(kube::kSecrets, ns, options.secret, secret.dump());
    }
    Result<Json> stored = client.Call(std::move(write));
    if (stored.has_value()) {
      Say("secret/" + options.secret + (is_new ? " created" : " configured"));
      return {};
    }
    const ErrorCode code = stored.error().code;
    const bool is_race = code == ErrorCode::kConflict || code == ErrorCode::kAlreadyExists;
    if (!is_race || attempt == kMostAttempts) {
      return std::move(stored).error().Annotate("store the secret " + options.secret);
    }
  }
}

Result<void> CreateSignedCert(const Options& options, std::chrono::milliseconds patience) {
  ASSIGN_OR_RETURN(ClusterClient client, ClusterClient::Connect(options.cluster));
  const controller::CertificatePolicy service =
      controller::PolicyForService(options.service, client.namespace_name());
  controller::CsrOptions request;
  request.name = options.service + '.' + client.namespace_name();
  request.common_name = service.common_name;
  request.names = service.names;
  request.signer_name = options.signer_name;
  request.patience = patience;
  boost::asio::io_context io;
  controller::ApiCall call = [&client](ApiRequest sent) {
    return CallNow(client, std::move(sent));
  };
  ASSIGN_OR_RETURN(
      const pki::CredentialsPem issued,
      kube::RunToEnd(io, controller::IssueByCsr(std::move(call), std::move(request), &Say)));
  return Store(client, options, issued);
}

void AddFlags(CLI::App& command, Options& options) {
  options.cluster.namespace_name = "istio-system";
  command.add_option("--service", options.service, "Service name of the webhook")
      ->type_name("NAME")
      ->capture_default_str();
  command
      .add_option("--secret", options.secret,
                  "Secret for the certificate (cert.pem) and its key (key.pem)")
      ->type_name("NAME")
      ->capture_default_str();
  command
      .add_option("--signerName", options.signer_name,
                  "Who is to sign; without it, the signer of legacy requests, which Kubernetes has "
                  "up to 1.21")
      ->type_name("NAME");
  command
      .add_option("--timeout", options.timeout,
                  "How long to wait for the certificate once the request is approved")
      ->type_name("DURATION")
      ->capture_default_str();
  AddKubeFlags(command, options.cluster);
}

// As the API server names Services; it would take any name for the request.
bool IsServiceName(std::string_view name) {
  constexpr std::size_t kLongest = 63;
  const auto is_inner = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !name.empty() && name.size() <= kLongest &&
         std::all_of(name.begin(), name.end(), is_inner) && name.front() != '-' &&
         name.back() != '-';
}

int Run(const Options& options) {
  if (!IsServiceName(options.service)) {
    PrintError("invalid argument \"" + options.service +
               "\" for \"--service\" flag: must be the name of a Service: lower-case letters, "
               "digits and '-'");
    return kExitUsage;
  }
  const auto timeout = kubetypes::ParseDuration(options.timeout);
  if (!timeout.has_value()) {
    PrintError("invalid argument \"" + options.timeout +
               "\" for \"--timeout\" flag: " + timeout.error().message);
    return kExitUsage;
  }
  const auto patience =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::nanoseconds(*timeout));
  const Result<void> created = CreateSignedCert(options, patience);
  if (created.has_value()) return kExitOk;
  PrintError(created.error().message);
  return kExitInputFailed;
}

}  // namespace

void AddCreateSignedCertCommand(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command =
      commands.Add("create-signed-cert", kHelp, [options] { return Run(*options); });
  command.footer(kExamples);
  AddFlags(command, *options);
}

}  // namespace sidecar::cli
