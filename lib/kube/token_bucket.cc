#include "lib/kube/token_bucket.h"

#include <algorithm>
#include <chrono>

namespace sidecar::kube {

Clock::time_point TokenBucket::Take(Clock::time_point now, Clock::time_point latest) {
  if (rate_ <= 0) return now;
  using Seconds = std::chrono::duration<double>;
  const std::lock_guard lock(mutex_);
  if (now > updated_) {
    tokens_ = std::min(burst_, tokens_ + Seconds(now - updated_).count() * rate_);
    updated_ = now;
  }
  const double missing = 1 - tokens_;
  const auto turn =
      missing <= 0 ? now
                   : now + std::chrono::duration_cast<Clock::duration>(Seconds(missing / rate_));
  if (turn <= latest) --tokens_;
  return turn;
}

}  // namespace sidecar::kube
