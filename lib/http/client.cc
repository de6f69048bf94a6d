#include "lib/http/client.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "lib/http/call_text.h"
#include "lib/http/client_connection.h"
#include "lib/http/reply_parser.h"

namespace sidecar {

namespace asio = boost::asio;

namespace {

// One call on one connection.
struct Attempt {
  Attempt(std::string_view t, const HttpClientOptions& options, HttpReplyParser::Sink sink)
      : text(t), parser({options.max_header_bytes, options.max_body_bytes}, std::move(sink)) {}

  const std::string_view text;  // What is sent.
  HttpReplyParser parser;
  std::unique_ptr<ClientConnection> connection;
  bool is_reused = false;
  bool is_waiting = false;  // Sent whole; no byte of the reply yet.
};

// The server closed a kept connection just when it was used again.
bool IsStale(const Attempt& attempt, const Error& error) {
  return attempt.is_reused && error.code == ErrorCode::kUnavailable && !attempt.parser.HasStarted();
}

asio::awaitable<Result<void>> OpenConnection(Attempt& attempt, std::chrono::milliseconds timeout,
                                             Deadline deadline) {
  const Deadline earlier = std::min(deadline, Clock::now() + timeout);
  auto opening = attempt.connection->Open(earlier);
  Result<void> opened = co_await WithDeadline(earlier, std::move(opening));
  co_return opened;
}

asio::awaitable<Result<void>> SendText(Attempt& attempt) {
  Result<void> sent = co_await attempt.connection->Write(attempt.text);
  co_return sent;
}

asio::awaitable<Result<void>> ReadOnce(Attempt& attempt) {
  Result<std::string_view> bytes = co_await attempt.connection->Read();
  if (!bytes.has_value()) co_return std::move(bytes).error();
  co_return bytes->empty() ? attempt.parser.Finish() : attempt.parser.Feed(*bytes);
}

// Returns when the reply is there, or its headers if no more is wanted.
asio::awaitable<Result<void>> Exchange(Attempt& attempt, bool headers_only) {
  Result<void> sent = co_await SendText(attempt);
  if (!sent.has_value() && sent.error().code == ErrorCode::kCancelled) co_return sent;
  attempt.is_waiting = true;
  while (!attempt.parser.IsDone() && !(headers_only && attempt.parser.HasHeader())) {
    Result<void> read = co_await ReadOnce(attempt);
    if (read.has_value()) continue;
    // Who refuses a long request may answer and close before having read it. If there is no
    // answer, what failed first is what matters.
    co_return sent.has_value() || read.error().code == ErrorCode::kCancelled ? std::move(read)
                                                                             : std::move(sent);
  }
  co_return Result<void>();
}

}  // namespace

struct HttpClient::Impl {
  struct Idle {
    std::unique_ptr<ClientConnection> connection;
    Clock::time_point since;
  };

  Impl(HttpEndpoint e, std::shared_ptr<const asio::ssl::context> t, HttpClientOptions o)
      : endpoint(std::move(e)), tls(std::move(t)), options(o) {}

  // Null if there is none that can be used.
  std::unique_ptr<ClientConnection> TakeIdle();
  void Keep(Attempt& attempt);
  void DropIdle();

  // Runs the exchange on a kept or a new connection.
  asio::awaitable<Result<void>> Try(Attempt& attempt, bool headers_only, Deadline deadline);
  // The same, and again if the kept connection turns out to be stale.
  asio::awaitable<Result<std::unique_ptr<Attempt>>> Run(const HttpCall& call,
                                                        const std::string& text,
                                                        HttpReplyParser::Sink sink,
                                                        Deadline deadline);
  Error Describe(const HttpCall& call, const Attempt& attempt, Error error) const;

  const HttpEndpoint endpoint;
  const std::shared_ptr<const asio::ssl::context> tls;
  const HttpClientOptions options;
  std::mutex mutex;
  std::vector<Idle> idle;  // Guarded by mutex; the longest idle first.
};

std::unique_ptr<ClientConnection> HttpClient::Impl::TakeIdle() {
  std::vector<Idle> closed;  // Closes its connections outside of the lock.
  const std::lock_guard lock(mutex);
  while (!idle.empty()) {
    Idle last = std::move(idle.back());
    idle.pop_back();
    if (Clock::now() - last.since < options.idle_timeout && last.connection->IsQuiet()) {
      return std::move(last.connection);
    }
    closed.push_back(std::move(last));
  }
  return nullptr;
}

void HttpClient::Impl::Keep(Attempt& attempt) {
  if (!attempt.parser.CanReuseConnection()) return;
  std::vector<Idle> closed;
  const std::lock_guard lock(mutex);
  idle.push_back({std::move(attempt.connection), Clock::now()});
  const auto expired = [&](const Idle& each) {
    return Clock::now() - each.since >= options.idle_timeout;
  };
  while (!idle.empty() && (idle.size() > options.max_idle_connections || expired(idle.front()))) {
    closed.push_back(std::move(idle.front()));
    idle.erase(idle.begin());
  }
}

void HttpClient::Impl::DropIdle() {
  std::vector<Idle> closed;
  const std::lock_guard lock(mutex);
  closed.swap(idle);
}

Error HttpClient::Impl::Describe(const HttpCall& call, const Attempt& attempt, Error error) const {
  const bool is_waiting = attempt.is_waiting && !attempt.parser.HasStarted();
  error =
      std::move(error).Annotate(is_waiting ? "wait for the reply" : attempt.connection->activity());
  const std::string url =
      (endpoint.tls ? "https://" : "http://") + Authority(endpoint) + call.target;
  return std::move(error).Annotate(call.method + " \"" + url + '"');
}

asio::awaitable<Result<void>> HttpClient::Impl::Try(Attempt& attempt, bool headers_only,
                                                    Deadline deadline) {
  if (!attempt.is_reused) {
    attempt.connection = std::make_unique<ClientConnection>(endpoint, tls);
    Result<void> opened = co_await OpenConnection(attempt, options.connect_timeout, deadline);
    if (!opened.has_value()) co_return opened;
  }
  auto exchange = Exchange(attempt, headers_only);
  Result<void> done = co_await WithDeadline(deadline, std::move(exchange));
  co_return done;
}

asio::awaitable<Result<std::unique_ptr<Attempt>>> HttpClient::Impl::Run(const HttpCall& call,
                                                                        const std::string& text,
                                                                        HttpReplyParser::Sink sink,
                                                                        Deadline deadline) {
  const bool headers_only = static_cast<bool>(sink);
  auto attempt = std::make_unique<Attempt>(text, options, sink);
  attempt->connection = TakeIdle();
  attempt->is_reused = attempt->connection != nullptr;
  Result<void> done = co_await Try(*attempt, headers_only, deadline);
  if (!done.has_value() && call.method == "GET" && IsStale(*attempt, done.error())) {
    DropIdle();
    attempt = std::make_unique<Attempt>(text, options, sink);
    done = co_await Try(*attempt, headers_only, deadline);
  }
  if (!done.has_value()) co_return Describe(call, *attempt, std::move(done).error());
  co_return std::move(attempt);
}

HttpClient::HttpClient(HttpEndpoint endpoint, std::shared_ptr<const asio::ssl::context> tls,
                       HttpClientOptions options)
    : impl_(std::make_unique<Impl>(std::move(endpoint), std::move(tls), options)) {}

HttpClient::~HttpClient() = default;

asio::awaitable<Result<HttpReply>> HttpClient::Send(HttpCall call, Deadline deadline) {
  Result<std::string> text = WriteCall(call, impl_->endpoint);
  if (!text.has_value()) co_return std::move(text).error();
  HttpReplyParser::Sink nowhere;
  auto attempt = co_await impl_->Run(call, *text, std::move(nowhere), deadline);
  if (!attempt.has_value()) co_return std::move(attempt).error();
  HttpReply reply = std::move((*attempt)->parser.reply());
  impl_->Keep(**attempt);
  co_return reply;
}

asio::awaitable<Result<HttpReply>> HttpClient::Stream(
    HttpCall call, HttpStreamLimits limits, std::function<void(std::string_view)> on_data) {
  Result<std::string> text = WriteCall(call, impl_->endpoint);
  if (!text.has_value()) co_return std::move(text).error();
  auto begun = co_await impl_->Run(call, *text, std::move(on_data), limits.header_deadline);
  if (!begun.has_value()) co_return std::move(begun).error();
  Attempt& attempt = **begun;
  while (!attempt.parser.IsDone()) {
    auto reading = ReadOnce(attempt);
    const Deadline silence = Clock::now() + limits.idle;
    Result<void> read = co_await WithDeadline(silence, std::move(reading));
    if (!read.has_value()) co_return impl_->Describe(call, attempt, std::move(read).error());
  }
  HttpReply reply = std::move(attempt.parser.reply());
  impl_->Keep(attempt);
  co_return reply;
}

const HttpEndpoint& HttpClient::endpoint() const {
  return impl_->endpoint;
}

}  // namespace sidecar
