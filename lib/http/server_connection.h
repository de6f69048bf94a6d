#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "lib/base/published.h"
#include "lib/http/byte_stream.h"
#include "lib/http/server.h"

// What stands behind HttpServer. Private to lib/http.

namespace sidecar {

class ServerConnection;

// Counts up for as long as it lives.
class Gauge {
 public:
  explicit Gauge(std::atomic<std::int64_t>& value) : value_(value) { ++value_; }
  ~Gauge() { --value_; }
  Gauge(const Gauge&) = delete;
  Gauge& operator=(const Gauge&) = delete;

 private:
  std::atomic<std::int64_t>& value_;
};

// What the connections of one server share.
struct HttpServerState {
  HttpServerOptions options;
  const Published<boost::asio::ssl::context>* certificates = nullptr;  // Null: no TLS.
  HttpHandler handler;
  std::atomic<bool> draining = false;
  HttpServerCounters counters;

  std::mutex mutex;
  std::unordered_set<ServerConnection*> connections;  // Guarded by mutex.
};

// One peer of an HttpServer, from its handshake to its end: a coroutine on the strand of its
// socket, which calls the stream, and waits for the socket where the stream cannot go on.
class ServerConnection : public std::enable_shared_from_this<ServerConnection> {
 public:
  using Clock = std::chrono::steady_clock;
  using Socket = boost::asio::ip::tcp::socket;

  // `state` must outlive it.
  ServerConnection(Socket socket, HttpServerState& state);
  ~ServerConnection();
  ServerConnection(const ServerConnection&) = delete;
  ServerConnection& operator=(const ServerConnection&) = delete;

  boost::asio::awaitable<void> Serve();

  // Ends the connection if what it waits for is overdue. Any thread. A timer of its own for each
  // wait would cost more than the wait.
  void CutOffIfLate(Clock::time_point now);

 private:
  // What of a request shapes the frame of its answer.
  struct Framing {
    unsigned version = 11;
    bool keep_alive = false;
    bool head_only = false;  // To HEAD.
  };
  struct Reading;

  boost::asio::awaitable<bool> Handshake();
  boost::asio::awaitable<void> ServeRequests();
  boost::asio::awaitable<bool> ReadRequest(Reading& reading);
  boost::asio::awaitable<bool> Answer(HttpResponse response, Framing framing);
  boost::asio::awaitable<void> Refuse(boost::system::error_code reason);
  boost::asio::awaitable<bool> Write(std::string_view bytes);
  boost::asio::awaitable<void> Close();
  // Until the socket is ready for `next`; false where the connection is over instead.
  boost::asio::awaitable<bool> Await(ByteStream::Next next);
  void BeginRequest(Reading& reading);
  ByteStream::Progress ReadSome(Reading& reading);
  ByteStream::Progress Discard();
  HttpResponse ErrorPage(const boost::system::error_code& reason) const;
  HttpRequest Describe(Reading& reading) const;
  void AllowTime(std::chrono::milliseconds time) { deadline_ = Clock::now() + time; }

  HttpServerState& state_;
  Socket socket_;
  const Gauge open_;
  std::optional<Gauge> receiving_;
  // Keeps the SSL_CTX of this connection alive across a renewal.
  Published<boost::asio::ssl::context>::Ptr context_;
  std::unique_ptr<ByteStream> stream_;
  std::string peer_name_;
  std::string input_;  // Bytes that were read and not yet understood.
  bool is_idle_ = false;
  bool is_late_ = false;  // Only touched on the strand.
  std::atomic<Clock::time_point> deadline_ = Clock::time_point::max();
};

}  // namespace sidecar
