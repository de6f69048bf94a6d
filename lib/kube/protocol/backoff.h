#pragma once

#include <algorithm>
#include <chrono>

namespace sidecar::kube {

// How long to wait before trying again: twice as long each time, up to a limit, and up to half less
// by chance, so that many clients that failed together do not come back together.
struct Backoff {
  std::chrono::milliseconds first;
  std::chrono::milliseconds longest;

  // `failures` in a row so far, 1 or more; `chance` from [0, 1).
  std::chrono::milliseconds Delay(int failures, double chance) const {
    constexpr int kMostDoublings = 30;
    auto delay = first;
    for (int i = 1; i < std::min(failures, kMostDoublings) && delay < longest; ++i) delay *= 2;
    delay = std::min(delay, longest);
    const auto spread = static_cast<double>(delay.count()) * chance / 2;
    return delay - std::chrono::milliseconds(static_cast<std::int64_t>(spread));
  }
};

}  // namespace sidecar::kube
