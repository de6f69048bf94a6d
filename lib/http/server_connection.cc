#include "lib/http/server_connection.h"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>

#include "lib/base/http_status.h"

namespace sidecar {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using Next = ByteStream::Next;
using Parser = http::request_parser<http::string_body>;

namespace {

// One TLS record; a usual admission review arrives in one or two reads.
constexpr std::size_t kReadBytes = 16U << 10U;
// What an answer may have in front of its body, at a guess.
constexpr std::size_t kUsualHeadBytes = 512;
constexpr unsigned kHttp10 = 10;
constexpr std::string_view kGoAhead = "HTTP/1.1 100 Continue\r\n\r\n";

// After refusing a request: how much more of it is read and dropped, and for how long, so that the
// peer gets to read the answer instead of a reset connection.
constexpr std::size_t kMostDiscardedBytes = 16U << 20U;
constexpr std::chrono::milliseconds kDiscardTime{2'000};

// The status to answer a request with that could not be read.
int StatusOf(const error_code& error) {
  if (error == http::error::body_limit) return http_status::kTooLarge;
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return http_status::kHeadersTooLarge;
  }
  return http_status::kBadRequest;
}

std::array<char, kReadBytes>& ReadBuffer() {
  thread_local std::array<char, kReadBytes> buffer;
  return buffer;
}

void AppendField(std::string_view name, std::string_view value, std::string& head) {
  head.append(name).append(": ").append(value).append("\r\n");
}

std::string MakeHead(const HttpResponse& response, unsigned version, bool keep_alive) {
  std::string head;
  head.reserve(kUsualHeadBytes + std::min(response.body.size(), kReadBytes));
  head.append(version == kHttp10 ? "HTTP/1.0 " : "HTTP/1.1 ");
  head.append(std::to_string(response.status)).append(" ");
  head.append(http::obsolete_reason(static_cast<http::status>(response.status))).append("\r\n");
  AppendField("Content-Type", response.content_type, head);
  for (const auto& [name, value] : response.headers) AppendField(name, value, head);
  if (keep_alive == (version == kHttp10)) {
    AppendField("Connection", keep_alive ? "keep-alive" : "close", head);
  }
  AppendField("Content-Length", std::to_string(response.body.size()), head);
  return head.append("\r\n");
}

}  // namespace

// A request on its way in.
struct ServerConnection::Reading {
  Parser parser;
  error_code error;  // Why it is none.
  Clock::time_point began;
  bool was_told = false;

  explicit Reading(const HttpServerOptions& options) {
    parser.eager(true);
    parser.body_limit(options.max_body_bytes);
    parser.header_limit(options.max_header_bytes);
  }

  // How many of the bytes are part of it and need not be shown again.
  std::size_t Understand(std::string_view bytes) {
    const std::size_t used = parser.put(asio::buffer(bytes.data(), bytes.size()), error);
    if (error == http::error::need_more) error = {};
    return used;
  }

  bool is_over() const { return error || parser.is_done(); }

  // Whether the peer waits to be told so before it sends the body, as curl does. True once.
  bool WantsGoAhead() {
    if (was_told || is_over() || !parser.is_header_done()) return false;
    was_told = true;
    return parser.get().version() > kHttp10 &&
           boost::beast::iequals(parser.get()[http::field::expect], "100-continue");
  }
};

ServerConnection::ServerConnection(Socket socket, HttpServerState& state)
    : state_(state),
      socket_(std::move(socket)),
      open_(state.counters.connections_open),
      receiving_(std::in_place, state.counters.connections_receiving) {
  const std::lock_guard lock(state_.mutex);
  state_.connections.insert(this);
}

ServerConnection::~ServerConnection() {
  const std::lock_guard lock(state_.mutex);
  state_.connections.erase(this);
}

void ServerConnection::CutOffIfLate(Clock::time_point now) {
  if (deadline_.load() > now) return;
  asio::post(socket_.get_executor(), [self = weak_from_this()] {
    const auto connection = self.lock();
    // What was awaited may have come meanwhile.
    if (connection == nullptr || connection->deadline_.load() > Clock::now()) return;
    connection->is_late_ = true;
    if (!connection->is_idle_) ++connection->state_.counters.timeouts;
    connection->deadline_ = Clock::time_point::max();
    error_code ignored;
    connection->socket_.cancel(ignored);
  });
}

asio::awaitable<bool> ServerConnection::Await(Next next) {
  if (is_late_ || (next != Next::kWaitRead && next != Next::kWaitWrite)) co_return false;
  error_code error;
  co_await socket_.async_wait(next == Next::kWaitRead ? Socket::wait_read : Socket::wait_write,
                              asio::redirect_error(asio::use_awaitable, error));
  co_return !error && !is_late_;
}

asio::awaitable<void> ServerConnection::Serve() {
  error_code ignored;
  // Answers are written in one piece: waiting to join them with more only adds latency.
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  if (co_await Handshake()) {
    co_await ServeRequests();
    co_await Close();
  }
}

asio::awaitable<bool> ServerConnection::Handshake() {
  if (state_.certificates == nullptr) {
    stream_ = MakePlainStream(socket_.native_handle());
    co_return true;
  }
  context_ = state_.certificates->Get();
  if (context_ == nullptr) co_return false;
  auto* const context = const_cast<asio::ssl::context&>(*context_).native_handle();
  stream_ = MakeTlsStream(socket_.native_handle(), context);
  if (stream_ == nullptr) co_return false;
  AllowTime(state_.options.handshake_timeout);
  ByteStream::Progress progress = stream_->Handshake();
  while (progress.next != Next::kDone) {
    if (!co_await Await(progress.next)) break;
    progress = stream_->Handshake();
  }
  const bool is_done = progress.next == Next::kDone;
  ++(is_done ? state_.counters.handshakes : state_.counters.handshake_failures);
  if (is_done) peer_name_ = stream_->PeerName();
  co_return is_done;
}

// Not in a coroutine: its buffer is the thread's, and a coroutine may wake on another thread.
ByteStream::Progress ServerConnection::ReadSome(Reading& reading) {
  std::array<char, kReadBytes>& buffer = ReadBuffer();
  const ByteStream::Progress progress = stream_->Read(buffer);
  if (progress.next != Next::kDone) return progress;
  const std::string_view fresh(buffer.data(), progress.bytes);
  if (input_.empty()) {
    input_ = fresh.substr(reading.Understand(fresh));
  } else {
    input_.append(fresh);
    input_.erase(0, reading.Understand(input_));
  }
  return progress;
}

void ServerConnection::BeginRequest(Reading& reading) {
  is_idle_ = false;
  reading.began = Clock::now();
  deadline_ = reading.began + state_.options.transfer_timeout;
  if (!receiving_.has_value()) receiving_.emplace(state_.counters.connections_receiving);
}

asio::awaitable<bool> ServerConnection::ReadRequest(Reading& reading) {
  if (input_.empty()) {
    is_idle_ = true;
    AllowTime(state_.options.idle_timeout);
    // The next request will hardly be here yet: peers wait for an answer first.
    if (!stream_->HasPending() && !co_await Await(Next::kWaitRead)) co_return false;
  } else {
    BeginRequest(reading);
    input_.erase(0, reading.Understand(input_));
  }
  while (!reading.is_over()) {
    const ByteStream::Progress progress = ReadSome(reading);
    if (progress.next != Next::kDone) {
      if (!co_await Await(progress.next)) co_return false;
      continue;
    }
    if (is_idle_) BeginRequest(reading);
    if (reading.WantsGoAhead() && !co_await Write(kGoAhead)) co_return false;
  }
  if (!reading.error) co_return true;
  co_await Refuse(reading.error);
  co_return false;
}

HttpRequest ServerConnection::Describe(Reading& reading) const {
  auto& message = reading.parser.get();
  HttpRequest request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  request.content_type = std::string(message[http::field::content_type]);
  request.client_name = peer_name_;
  for (const std::string& name : state_.options.kept_headers) {
    const auto header = message.find(name);
    if (header != message.end()) request.headers.emplace_back(name, header->value());
  }
  request.received = reading.began;
  request.body = std::move(message.body());
  return request;
}

asio::awaitable<void> ServerConnection::ServeRequests() {
  for (bool keep_alive = true; keep_alive;) {
    Reading reading(state_.options);
    if (!co_await ReadRequest(reading)) co_return;
    ++state_.counters.requests;
    const Gauge in_flight(state_.counters.requests_in_flight);
    receiving_.reset();
    deadline_ = Clock::time_point::max();
    const HttpRequest request = Describe(reading);
    HttpResponse response = co_await state_.handler(request);
    const auto& message = reading.parser.get();
    keep_alive = message.keep_alive() && !state_.draining.load(std::memory_order_relaxed);
    Framing framing;
    framing.version = message.version();
    framing.keep_alive = keep_alive;
    framing.head_only = message.method() == http::verb::head;
    if (!co_await Answer(std::move(response), framing)) co_return;
    // Nothing waits where the next request is here already: others have their turn first.
    if (!input_.empty() || stream_->HasPending()) {
      co_await asio::post(socket_.get_executor(), asio::use_awaitable);
    }
  }
}

asio::awaitable<bool> ServerConnection::Answer(HttpResponse response, Framing framing) {
  std::string start = MakeHead(response, framing.version, framing.keep_alive);
  // The length stays that of the body.
  std::string_view rest = framing.head_only ? std::string_view() : response.body;
  const std::size_t joined = std::min(rest.size(), kReadBytes - std::min(kReadBytes, start.size()));
  start.append(rest.substr(0, joined));
  rest.remove_prefix(joined);
  AllowTime(state_.options.transfer_timeout);
  co_return co_await Write(start) && co_await Write(rest);
}

asio::awaitable<bool> ServerConnection::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ByteStream::Progress progress = stream_->Write(bytes);
    if (progress.next == Next::kDone) {
      bytes.remove_prefix(progress.bytes);
    } else if (!co_await Await(progress.next)) {
      co_return false;
    }
  }
  co_return true;
}

HttpResponse ServerConnection::ErrorPage(const error_code& reason) const {
  const int status = StatusOf(reason);
  std::string message = "request is not HTTP: " + reason.message();
  const HttpServerOptions& options = state_.options;
  if (status == http_status::kTooLarge) {
    message = "body is beyond the limit of " + std::to_string(options.max_body_bytes) + " bytes";
  } else if (status == http_status::kHeadersTooLarge) {
    message =
        "headers are beyond the limit of " + std::to_string(options.max_header_bytes) + " bytes";
  }
  if (options.error_page) return options.error_page(status, message);
  return {status, "text/plain; charset=utf-8", message + "\n"};
}

asio::awaitable<void> ServerConnection::Refuse(error_code reason) {
  ++state_.counters.bad_requests;
  HttpResponse page = ErrorPage(reason);
  const Framing framing;
  if (!co_await Answer(std::move(page), framing)) co_return;
  error_code error;
  socket_.shutdown(Socket::shutdown_send, error);
  AllowTime(kDiscardTime);
  stream_ = MakePlainStream(socket_.native_handle());
  for (std::size_t total = 0; total < kMostDiscardedBytes;) {
    const ByteStream::Progress progress = Discard();
    total += progress.bytes;
    if (progress.next != Next::kDone && !co_await Await(progress.next)) co_return;
  }
}

ByteStream::Progress ServerConnection::Discard() {
  return stream_->Read(ReadBuffer());
}

asio::awaitable<void> ServerConnection::Close() {
  AllowTime(state_.options.handshake_timeout);
  for (;;) {
    const ByteStream::Progress progress = stream_->Close();
    if (progress.next == Next::kDone || !co_await Await(progress.next)) co_return;
  }
}

}  // namespace sidecar
