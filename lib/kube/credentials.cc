#include "lib/kube/credentials.h"

#include <mutex>
#include <optional>
#include <utility>

#include <unistd.h>

#include "lib/kube/child_process.h"
#include "lib/yaml/base64.h"

namespace sidecar::kube {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::minutes kTokenFileAge{1};
// A person at a browser needs longer than a program.
constexpr std::chrono::seconds kPluginTime{60};
constexpr std::chrono::minutes kInteractivePluginTime{5};

std::string Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(kSpace) - begin + 1));
}

asio::awaitable<Result<ExecCredential>> RunPlugin(ExecPlugin plugin, Deadline deadline) {
  const bool has_terminal = isatty(STDIN_FILENO) == 1;
  const std::string name = "credential plugin " + plugin.command;
  if (plugin.interactive_mode == InteractiveMode::kAlways && !has_terminal) {
    co_return Error{ErrorCode::kUnauthenticated, name + ": needs a terminal to ask at"};
  }
  ChildProcess child;
  child.program = plugin.command;
  child.arguments = plugin.arguments;
  child.environment = plugin.environment;
  child.inherit_input = has_terminal && plugin.interactive_mode != InteractiveMode::kNever;
  child.environment.emplace_back("KUBERNETES_EXEC_INFO", ExecInfo(plugin, child.inherit_input));
  Deadline latest = Clock::now() + kPluginTime;
  if (child.inherit_input) latest = Clock::now() + kInteractivePluginTime;
  Result<std::string> output =
      co_await RunChildProcess(std::move(child), std::min(deadline, latest));
  if (!output.has_value()) {
    Error error = std::move(output).error().Annotate("credential plugin");
    if (error.code == ErrorCode::kNotFound && !plugin.install_hint.empty()) {
      error.message += "\n" + plugin.install_hint;
    }
    co_return std::move(error);
  }
  auto credential = ParseExecCredential(*output, plugin);
  if (!credential.has_value()) co_return std::move(credential).error().Annotate(name);
  co_return std::move(credential);
}

}  // namespace

struct Credentials::Impl {
  Impl(ClientConfig c, CredentialSources s) : config(std::move(c)), sources(std::move(s)) {
    fixed.certificate_pem = config.certificate_pem;
    fixed.key_pem = config.key_pem;
    if (!config.token.empty()) {
      fixed.authorization = "Bearer " + Trim(config.token);
    } else if (!config.username.empty() || !config.password.empty()) {
      fixed.authorization = "Basic " + yaml::EncodeBase64(config.username + ':' + config.password);
    }
  }

  // The last one fetched, while it is good.
  std::optional<Credential> Cached() {
    const std::lock_guard lock(mutex);
    const WallTime now = sources.now();
    // A clock that was set back must not keep a token forever.
    const bool is_good = current.has_value() && now >= fetched && now < good_until;
    return is_good ? current : std::nullopt;
  }
  void Keep(const Credential& credential, WallTime until) {
    const std::lock_guard lock(mutex);
    current = credential;
    fetched = sources.now();
    good_until = until;
  }
  Result<Credential> ReadTokenFile();

  const ClientConfig config;
  const CredentialSources sources;
  Credential fixed;
  std::mutex mutex;
  std::optional<Credential> current;  // Guarded by mutex, as are the next.
  WallTime fetched;
  WallTime good_until;
};

// What cannot be read now may be readable later: until then the last token has to do.
Result<Credential> Credentials::Impl::ReadTokenFile() {
  const Result<std::optional<std::string>> text = sources.read_file(config.token_file);
  const std::string token = text.has_value() ? Trim(text->value_or("")) : "";
  Credential credential = fixed;
  if (!token.empty()) {
    credential.authorization = "Bearer " + token;
    Keep(credential, sources.now() + kTokenFileAge);
    return credential;
  }
  {
    const std::lock_guard lock(mutex);
    if (current.has_value()) return *current;
  }
  if (!fixed.authorization.empty()) return fixed;
  if (!text.has_value()) return Error(text.error()).Annotate("token");
  return Error{
      ErrorCode::kUnauthenticated,
      "token file " + config.token_file + (text->has_value() ? " is empty" : " does not exist")};
}

Credentials::Credentials(ClientConfig config, CredentialSources sources)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(sources))) {}

Credentials::~Credentials() = default;

asio::awaitable<Result<Credential>> Credentials::Get(Deadline deadline) {
  if (impl_->config.token_file.empty() && !impl_->config.exec.has_value()) co_return impl_->fixed;
  if (std::optional<Credential> cached = impl_->Cached()) co_return *std::move(cached);
  if (!impl_->config.token_file.empty()) co_return impl_->ReadTokenFile();
  ExecPlugin plugin = *impl_->config.exec;
  auto fetched = co_await RunPlugin(std::move(plugin), deadline);
  if (!fetched.has_value()) co_return std::move(fetched).error();
  Credential credential = impl_->fixed;
  if (!fetched->token.empty()) credential.authorization = "Bearer " + Trim(fetched->token);
  if (!fetched->certificate_pem.empty()) {
    credential.certificate_pem = fetched->certificate_pem;
    credential.key_pem = fetched->key_pem;
  }
  impl_->Keep(credential, fetched->expires.value_or(WallTime::max()));
  co_return credential;
}

bool Credentials::Renew(const Credential& refused) {
  if (impl_->config.token_file.empty() && !impl_->config.exec.has_value()) return false;
  const std::lock_guard lock(impl_->mutex);
  if (impl_->current == refused) impl_->good_until = WallTime::min();
  return true;
}

}  // namespace sidecar::kube
