#pragma once

#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace sidecar::testing_support {

// Runs the operation, and all that it leaves behind, to the end.
template <class T>
T Await(boost::asio::io_context& io, boost::asio::awaitable<T> operation) {
  auto result = boost::asio::co_spawn(io, std::move(operation), boost::asio::use_future);
  io.restart();
  io.run();
  return result.get();
}

}  // namespace sidecar::testing_support
