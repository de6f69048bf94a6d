#pragma once

#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "lib/base/result.h"

namespace sidecar::kube {

namespace internal {

template <class T>
boost::asio::awaitable<void> StoreResult(boost::asio::awaitable<Result<T>> operation,
                                         std::optional<Result<T>>& result) {
  Result<T> value = co_await std::move(operation);
  result.emplace(std::move(value));
}

}  // namespace internal

// Runs the operation to its end on `io`, on the calling thread: for commands that do one thing
// after the other. What the operation uses (an ApiClient) dies before `io`. Rethrows what escapes
// the operation.
template <class T>
Result<T> RunToEnd(boost::asio::io_context& io, boost::asio::awaitable<Result<T>> operation) {
  std::optional<Result<T>> result;
  bool ended = false;
  boost::asio::co_spawn(io, internal::StoreResult(std::move(operation), result),
                        [&ended](std::exception_ptr error) {
                          ended = true;
                          if (error) std::rethrow_exception(std::move(error));
                        });
  io.restart();
  while (!ended && io.run_one() > 0) {
  }
  if (!result.has_value()) return Error{ErrorCode::kInternal, "the operation never ended"};
  return *std::move(result);
}

}  // namespace sidecar::kube
