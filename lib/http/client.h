#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "lib/base/deadline.h"
#include "lib/base/result.h"

namespace boost::asio::ssl {
class context;
}

namespace sidecar {

struct HttpEndpoint {
  bool tls = true;
  std::string host;  // A name or an address; IPv6 without brackets.
  std::uint16_t port = 443;
  std::string server_name;  // What the certificate must be valid for; empty: the host.
};

struct HttpCall {
  std::string method;
  std::string target;                                          // Path and query, percent-encoded.
  std::vector<std::pair<std::string, std::string>> headers{};  // Host and lengths are added.
  std::string body{};
};

struct HttpReply {
  int status = 0;
  std::string content_type;
  std::string retry_after;
  std::string body;
};

struct HttpClientOptions {
  std::size_t max_header_bytes = std::size_t{64} << 10U;
  std::size_t max_body_bytes = std::size_t{64} << 20U;  // Of Send's reply and Stream's refusal.
  std::size_t max_idle_connections = 4;
  // kube-apiserver closes what idled for minutes; a firewall may forget it earlier, in silence.
  std::chrono::milliseconds idle_timeout{60'000};
  std::chrono::milliseconds connect_timeout{10'000};  // Name, TCP and TLS together.
};

struct HttpStreamLimits {
  Deadline header_deadline;        // The reply's headers are there by then.
  std::chrono::milliseconds idle;  // After them, the longest silence.
};

// An HTTP/1.1 client of one endpoint, which keeps connections for the next call.
//
// Redirects are not followed, compression is not asked for, 1xx replies are skipped. A status other
// than 2xx is a reply, not an error. A GET or HEAD that meets a kept connection which the server
// has closed meanwhile is repeated once on a new connection.
//
// Errors: kUnavailable (nobody there, TLS refused, connection lost, reply that is no HTTP),
// kDeadlineExceeded, kCancelled (the coroutine was cancelled: return, do not await more),
// kInvalidArgument (the call cannot be sent, or the reply is longer than allowed). Messages name
// the endpoint and what was being done.
//
// Thread-safe: calls may come from any strand, each belongs to the strand it is awaited on and is
// cancelled with its coroutine. Outlives its calls, and dies before the execution contexts they ran
// on.
class HttpClient {
 public:
  // `tls` is needed if the endpoint wants TLS: see MakeClientTlsContext. Null: plain HTTP.
  HttpClient(HttpEndpoint endpoint, std::shared_ptr<const boost::asio::ssl::context> tls,
             HttpClientOptions options = {});
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  boost::asio::awaitable<Result<HttpReply>> Send(HttpCall call, Deadline deadline);

  // Hands the body of a reply below 300 to `on_data` piece by piece, as it arrives, on the caller's
  // strand; returns when the body has ended, with the error if it ended too early. Of other replies
  // the body is in the result. A piece says nothing about the boundaries of messages.
  boost::asio::awaitable<Result<HttpReply>> Stream(HttpCall call, HttpStreamLimits limits,
                                                   std::function<void(std::string_view)> on_data);

  const HttpEndpoint& endpoint() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sidecar
