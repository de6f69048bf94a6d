#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "lib/base/deadline.h"
#include "lib/base/result.h"
#include "lib/http/client.h"
#include "lib/kube/client_config.h"
#include "lib/kube/json.h"

namespace sidecar::kube {

struct ApiRequest;  // lib/kube/protocol/request.h

struct ApiClientOptions {
  std::string user_agent;  // "sidecar-injector/0.1.0 (linux/amd64)"
  // No more requests a second than this on average, and so many at once: client-go's limits.
  double qps = 20;
  int burst = 30;
  std::chrono::milliseconds timeout{32'000};  // Of a Call without a deadline of its own.
  std::size_t max_reply_bytes = std::size_t{64} << 20U;
};

// Speaks to one API server, as somebody.
//
// Adds credentials, User-Agent and Accept; waits for its turn under the rate limit; repeats a
// request once with fresh credentials after 401, and as often as the deadline allows after 429 or
// 503 with Retry-After. A reply other than 2xx is an error: the code says what to do, the message
// is what kubectl would show.
//
// Thread-safe: calls may come from any strand, each is cancelled with its coroutine. Outlives its
// calls, and dies before the execution contexts they ran on.
class ApiClient {
 public:
  // An error if the configuration's certificates, keys or address are unusable. No I/O.
  static Result<std::unique_ptr<ApiClient>> Create(ClientConfig config, ApiClientOptions options);

  ~ApiClient();
  ApiClient(const ApiClient&) = delete;
  ApiClient& operator=(const ApiClient&) = delete;

  // The reply's JSON; null if it has no body.
  boost::asio::awaitable<Result<Json>> Call(ApiRequest request);
  boost::asio::awaitable<Result<Json>> Call(ApiRequest request, Deadline deadline);

  // Hands the body over as it arrives until the server ends it: see HttpClient::Stream. A refusal
  // is an error here too.
  boost::asio::awaitable<Result<HttpReply>> Watch(ApiRequest request, HttpStreamLimits limits,
                                                  std::function<void(std::string_view)> on_data);

  const ClientConfig& config() const;

 private:
  struct Impl;
  explicit ApiClient(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace sidecar::kube
