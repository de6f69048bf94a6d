#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands/commands.h"
#include "cli/commands/selftest_answer.h"
#include "cli/exit_codes.h"
#include "cli/print.h"
#include "cli/version.h"
#include "lib/base/deadline.h"
#include "lib/kube/api_client.h"
#include "lib/kube/client_config.h"
#include "lib/kube/protocol/request.h"
#include "lib/kube/protocol/resources.h"
#include "lib/kube/sync.h"
#include "lib/kubetypes/duration.h"

// `selftest`: are the pods of a namespace injected?

namespace sidecar::cli {
namespace {

namespace asio = boost::asio;

constexpr const char* kHelp =
    R"(Proves that pods of a namespace are injected, without creating any.

Creates a pod as a dry run, which goes all the way through API server, webhook, certificate, template
and patch, until it comes back with a sidecar. Tells otherwise what is likely to be wrong. `helm test`
runs this.

The exit code is 0 if the pod comes back with a sidecar, 1 if not, and 2 for a wrong command line.)";

struct Options {
  std::string namespace_name;
  kube::KubeconfigOptions kubeconfig;
  std::string timeout = "30s";
};
constexpr std::chrono::seconds kBetweenTries{1};
// Longer than any webhook's timeout, which the reply has to wait for.
constexpr std::chrono::seconds kOneTry{35};

// One dry run: what was injected.
asio::awaitable<Result<std::string>> Try(kube::ApiClient& client, std::string namespace_name) {
  kube::WriteOptions write;
  write.dry_run = true;
  kube::ApiRequest request =
      kube::CreateRequest(kube::kPods, namespace_name, MakeProbePod(), write);
  const Result<kube::Json> pod = co_await client.Call(std::move(request), Clock::now() + kOneTry);
  if (!pod.has_value()) co_return pod.error();
  std::optional<std::string> injected = InjectedInto(*pod);
  if (injected.has_value()) co_return *std::move(injected);
  co_return Error{ErrorCode::kNotFound,
                  "a pod of namespace " + namespace_name +
                      " came back without sidecar: no webhook selects the namespace, or the API "
                      "server could not call it and went on without (failurePolicy Ignore)"};
}

asio::awaitable<Result<std::string>> TryUntil(kube::ApiClient& client, std::string namespace_name,
                                              Deadline deadline) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (true) {
    Result<std::string> outcome = co_await Try(client, namespace_name);
    const bool is_last = Clock::now() + kBetweenTries >= deadline;
    if (outcome.has_value() || is_last || !MayPass(outcome.error())) co_return std::move(outcome);
    timer.expires_after(kBetweenTries);
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

Result<std::string> Test(const Options& options, std::chrono::nanoseconds timeout) {
  ASSIGN_OR_RETURN(kube::ClientConfig config, kube::LoadClientConfig(options.kubeconfig));
  std::string name = options.namespace_name;
  if (name.empty()) name = config.namespace_name;
  if (name.empty()) name = "default";
  kube::ApiClientOptions client_options;
  client_options.user_agent = "sidecar-injector/" + std::string(kVersion);
  asio::io_context io;
  ASSIGN_OR_RETURN(const std::unique_ptr<kube::ApiClient> client,
                   kube::ApiClient::Create(std::move(config), std::move(client_options)));
  const Deadline deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(timeout);
  return kube::RunToEnd(io, TryUntil(*client, std::move(name), deadline));
}

int Run(const Options& options) {
  const auto timeout = kubetypes::ParseDuration(options.timeout);
  if (!timeout.has_value() || *timeout < 0) {
    PrintError("invalid argument \"" + options.timeout + "\" for \"--timeout\" flag: " +
               (timeout.has_value() ? "negative" : timeout.error().message));
    return kExitUsage;
  }
  const Result<std::string> injected = Test(options, std::chrono::nanoseconds(*timeout));
  if (injected.has_value()) {
    return Print("injected: " + *injected + '\n') ? kExitOk : kExitInputFailed;
  }
  PrintError(injected.error().message);
  const std::string_view hint = HintFor(injected.error().message);
  if (!hint.empty()) PrintNote("Hint: " + std::string(hint));
  return kExitInputFailed;
}

}  // namespace

void AddSelftestCommand(Commands& commands) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = commands.Add("selftest", kHelp, [options] { return Run(*options); });
  command.footer(
      "Examples:\n"
      "  sidecar-injector selftest -n shop");
  command
      .add_option("-n,--namespace", options->namespace_name,
                  "Namespace of the pod that is created as a dry run; by default, that of the "
                  "kubeconfig's context or of the pod this runs in")
      ->type_name("NAMESPACE");
  command.add_option("--kubeconfig", options->kubeconfig.path, "How to reach the API server")
      ->type_name("FILE");
  command.add_option("--context", options->kubeconfig.context, "Which context of the kubeconfig")
      ->type_name("NAME");
  command.add_option("--timeout", options->timeout, "How long to try again")
      ->type_name("DURATION")
      ->default_str("30s");
}

}  // namespace sidecar::cli
