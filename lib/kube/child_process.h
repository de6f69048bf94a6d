#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "lib/base/deadline.h"
#include "lib/base/result.h"

namespace sidecar::kube {

struct ChildProcess {
  std::string program;  // A path, or a name that is looked up in PATH.
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment;  // Added to this program's own.
  bool inherit_input = false;  // Otherwise standard input is empty.
};

inline constexpr std::size_t kMostChildOutput = std::size_t{1} << 20U;

// Runs a program, without a shell, and returns what it wrote to standard output. Its standard error
// is this program's; it gets no other descriptors. It is killed at the deadline and with the
// coroutine. Belongs to one strand.
//
// Errors: kNotFound (no such program), kUnavailable (it could not be started, failed or wrote more
// than kMostChildOutput), kDeadlineExceeded, kCancelled.
boost::asio::awaitable<Result<std::string>> RunChildProcess(ChildProcess child, Deadline deadline);

}  // namespace sidecar::kube
