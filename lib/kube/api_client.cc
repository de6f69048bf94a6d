#include "lib/kube/api_client.h"

#include <algorithm>
#include <charconv>
#include <mutex>
#include <optional>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include "lib/base/http_status.h"
#include "lib/http/client_tls_context.h"
#include "lib/kube/credentials.h"
#include "lib/kube/protocol/request.h"
#include "lib/kube/protocol/status.h"
#include "lib/kube/token_bucket.h"

namespace sidecar::kube {

namespace asio = boost::asio;

namespace {

// client-go's: rest.Request gives up after so many replies with Retry-After.
constexpr int kMostRetries = 10;
// "Retry-After: 0" must not make a hot loop.
constexpr std::chrono::milliseconds kLeastPause{100};

// How long a refusal asks to wait; nothing if it does not.
std::optional<std::chrono::milliseconds> PauseOf(const HttpReply& reply) {
  if (reply.status != http_status::kTooManyRequests &&
      reply.status != http_status::kServiceUnavailable) {
    return std::nullopt;
  }
  const std::string& text = reply.retry_after;
  int seconds = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0) return std::nullopt;
  return std::max<std::chrono::milliseconds>(std::chrono::seconds(seconds), kLeastPause);
}

asio::awaitable<Result<void>> SleepUntil(Deadline time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  boost::system::error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  co_await timer.async_wait(token);
  if (error) co_return Error{ErrorCode::kCancelled, "cancelled"};
  co_return Result<void>();
}

// transport.headerKeyEscape: what may not stand in a header's name is percent-encoded.
std::string EscapeHeaderName(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kOthers = "!#$&'*+-.^_`|~";
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || kOthers.find(c) != std::string_view::npos;
    if (is_plain) {
      escaped += c;
    } else {
      escaped.append({'%', kHex[byte >> 4U], kHex[byte & 15U]});
    }
  }
  return escaped;
}

void AddImpersonation(const Impersonation& who, HttpCall& call) {
  if (who.user.empty()) return;
  call.headers.emplace_back("Impersonate-User", who.user);
  if (!who.uid.empty()) call.headers.emplace_back("Impersonate-Uid", who.uid);
  for (const std::string& group : who.groups) call.headers.emplace_back("Impersonate-Group", group);
  for (const auto& [key, value] : who.extra) {
    call.headers.emplace_back("Impersonate-Extra-" + EscapeHeaderName(key), value);
  }
}

}  // namespace

struct ApiClient::Impl {
  using OnData = std::function<void(std::string_view)>;

  Impl(ClientConfig c, ApiClientOptions o)
      : config(std::move(c)),
        options(std::move(o)),
        credentials(config),
        bucket(options.qps, options.burst) {}

  // The connections that present this certificate.
  Result<std::shared_ptr<HttpClient>> ClientFor(const Credential& credential);
  HttpCall MakeCall(const ApiRequest& request, const Credential& credential) const;
  asio::awaitable<Result<void>> WaitForTurn(Deadline deadline);
  // One try. With `stream` limits the reply is streamed.
  asio::awaitable<Result<HttpReply>> Try(const ApiRequest& request, const Credential& credential,
                                         Deadline deadline, const HttpStreamLimits* stream,
                                         const OnData& on_data);
  asio::awaitable<Result<HttpReply>> Perform(const ApiRequest& request, Deadline deadline,
                                             const HttpStreamLimits* stream, const OnData& on_data);
  asio::awaitable<Result<Json>> CallFor(const ApiRequest& request, Deadline deadline);
  Error Refusal(const HttpReply& reply) const;

  const ClientConfig config;
  const ApiClientOptions options;
  Credentials credentials;
  TokenBucket bucket;
  std::mutex mutex;
  std::shared_ptr<HttpClient> client;  // Guarded by mutex, as is the next.
  std::string certificate_pem;
};

Result<std::shared_ptr<HttpClient>> ApiClient::Impl::ClientFor(const Credential& credential) {
  std::shared_ptr<HttpClient> replaced;  // Closes its connections outside of the lock.
  const std::lock_guard lock(mutex);
  if (client != nullptr && certificate_pem == credential.certificate_pem) return client;
  std::shared_ptr<const asio::ssl::context> tls;
  if (config.endpoint.tls) {
    ClientTlsOptions tls_options;
    tls_options.ca_pem = config.ca_pem;
    tls_options.certificate_pem = credential.certificate_pem;
    tls_options.key_pem = credential.key_pem;
    tls_options.insecure_skip_verify = config.insecure_skip_verify;
    auto made = MakeClientTlsContext(tls_options);
    if (!made.has_value()) return std::move(made).error().Annotate(config.source);
    tls = *std::move(made);
  }
  HttpClientOptions http_options;
  http_options.max_body_bytes = options.max_reply_bytes;
  replaced = std::move(client);
  client = std::make_shared<HttpClient>(config.endpoint, std::move(tls), http_options);
  certificate_pem = credential.certificate_pem;
  return client;
}

HttpCall ApiClient::Impl::MakeCall(const ApiRequest& request, const Credential& credential) const {
  HttpCall call;
  call.method = request.method;
  call.target = config.path_prefix + request.target;
  call.body = request.body;
  call.headers.emplace_back("User-Agent", options.user_agent);
  call.headers.emplace_back("Accept", request.accept.empty() ? "application/json" : request.accept);
  if (!request.content_type.empty()) {
    call.headers.emplace_back("Content-Type", request.content_type);
  }
  if (!credential.authorization.empty()) {
    call.headers.emplace_back("Authorization", credential.authorization);
  }
  AddImpersonation(config.impersonation, call);
  return call;
}

Error ApiClient::Impl::Refusal(const HttpReply& reply) const {
  Error error = StatusError(reply.status, reply.body);
  if (error.code != ErrorCode::kUnauthenticated) return error;
  return std::move(error).Annotate("the API server refuses the credentials of " + config.source);
}

asio::awaitable<Result<void>> ApiClient::Impl::WaitForTurn(Deadline deadline) {
  const Deadline now = Clock::now();
  const Deadline turn = bucket.Take(now, deadline);
  if (turn <= now) co_return Result<void>();
  if (turn > deadline) {
    co_return Error{ErrorCode::kDeadlineExceeded,
                    "the client-side rate limit would make the request wait beyond its deadline"};
  }
  Result<void> slept = co_await SleepUntil(turn);
  co_return slept;
}

asio::awaitable<Result<HttpReply>> ApiClient::Impl::Try(const ApiRequest& request,
                                                        const Credential& credential,
                                                        Deadline deadline,
                                                        const HttpStreamLimits* stream,
                                                        const OnData& on_data) {
  Result<void> turn = co_await WaitForTurn(deadline);
  if (!turn.has_value()) co_return std::move(turn).error();
  auto http = ClientFor(credential);
  if (!http.has_value()) co_return std::move(http).error();
  HttpCall call = MakeCall(request, credential);
  if (stream == nullptr) {
    Result<HttpReply> reply = co_await (*http)->Send(std::move(call), deadline);
    co_return reply;
  }
  const HttpStreamLimits limits = *stream;
  Result<HttpReply> reply = co_await (*http)->Stream(std::move(call), limits, on_data);
  co_return reply;
}

asio::awaitable<Result<HttpReply>> ApiClient::Impl::Perform(const ApiRequest& request,
                                                            Deadline deadline,
                                                            const HttpStreamLimits* stream,
                                                            const OnData& on_data) {
  bool is_renewed = false;
  for (int retries = 0;;) {
    Result<Credential> credential = co_await credentials.Get(deadline);
    if (!credential.has_value()) co_return std::move(credential).error();
    Result<HttpReply> reply = co_await Try(request, *credential, deadline, stream, on_data);
    if (!reply.has_value() || reply->status / 100 == 2) co_return reply;
    if (reply->status == http_status::kUnauthorized && !is_renewed &&
        credentials.Renew(*credential)) {
      is_renewed = true;
      continue;
    }
    const auto pause = PauseOf(*reply);
    if (!pause.has_value() || ++retries > kMostRetries || *pause > deadline - Clock::now()) {
      co_return Refusal(*reply);
    }
    Result<void> slept = co_await SleepUntil(Clock::now() + *pause);
    if (!slept.has_value()) co_return std::move(slept).error();
  }
}

asio::awaitable<Result<Json>> ApiClient::Impl::CallFor(const ApiRequest& request,
                                                       Deadline deadline) {
  const OnData nowhere;
  Result<HttpReply> reply = co_await Perform(request, deadline, nullptr, nowhere);
  if (!reply.has_value()) co_return std::move(reply).error();
  if (reply->body.empty()) co_return Result<Json>(boost::system::in_place_value, nullptr);
  co_return ParseJson(reply->body, "reply to " + request.method + ' ' + request.target);
}

ApiClient::ApiClient(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

ApiClient::~ApiClient() = default;

Result<std::unique_ptr<ApiClient>> ApiClient::Create(ClientConfig config,
                                                     ApiClientOptions options) {
  auto impl = std::make_shared<Impl>(std::move(config), std::move(options));
  // Now rather than at the first request.
  Credential fixed;
  fixed.certificate_pem = impl->config.certificate_pem;
  fixed.key_pem = impl->config.key_pem;
  ASSIGN_OR_RETURN(const auto checked, impl->ClientFor(fixed));
  return std::unique_ptr<ApiClient>(new ApiClient(std::move(impl)));
}

asio::awaitable<Result<Json>> ApiClient::Call(ApiRequest request) {
  Result<Json> result = co_await impl_->CallFor(request, Clock::now() + impl_->options.timeout);
  co_return result;
}

asio::awaitable<Result<Json>> ApiClient::Call(ApiRequest request, Deadline deadline) {
  Result<Json> result = co_await impl_->CallFor(request, deadline);
  co_return result;
}

asio::awaitable<Result<HttpReply>> ApiClient::Watch(ApiRequest request, HttpStreamLimits limits,
                                                    std::function<void(std::string_view)> on_data) {
  Result<HttpReply> reply =
      co_await impl_->Perform(request, limits.header_deadline, &limits, on_data);
  co_return reply;
}

const ClientConfig& ApiClient::config() const {
  return impl_->config;
}

}  // namespace sidecar::kube
