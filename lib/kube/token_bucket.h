#pragma once

#include <mutex>

#include "lib/base/deadline.h"

namespace sidecar::kube {

// A rate limit: `burst` turns at once, then `rate` a second. As client-go's token bucket, turns are
// given in the order they are asked for, also ahead of time.
//
// Thread-safe; has no clock of its own.
class TokenBucket {
 public:
  // A rate of 0 or less: no limit.
  TokenBucket(double rate, int burst)
      : rate_(rate), burst_(burst < 1 ? 1 : burst), tokens_(burst_) {}

  // Takes a turn and returns when it is; not after `latest`: then no turn is taken, and the time
  // returned is later.
  Clock::time_point Take(Clock::time_point now, Clock::time_point latest);

 private:
  const double rate_;
  const double burst_;
  std::mutex mutex_;
  double tokens_;  // Below 0: turns given ahead of time. Guarded by mutex_, as is the next.
  Clock::time_point updated_{};
};

}  // namespace sidecar::kube
