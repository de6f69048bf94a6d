#include "controller/restore_limit.h"

#include <algorithm>
#include <cmath>

namespace sidecar::controller {

namespace {

using Seconds = std::chrono::duration<double>;

// More than a wipe every five seconds takes.
constexpr double kForgivenPerSecond = 1.0 / 4;
// Writes in a row that nobody need be ashamed of: a chart's upgrade, a few replicas starting.
constexpr double kUnsuspicious = 10;
constexpr double kFirstDelaySeconds = 0.25;
constexpr double kLongestDelaySeconds = 30;
// What a minute of peace makes good.
constexpr double kMostHeat = kUnsuspicious + 8;

}  // namespace

double RestoreLimit::HeatAt(TimePoint now) const {
  const double elapsed = Seconds(now - heated_at_).count();
  return std::max(0.0, heat_ - elapsed * kForgivenPerSecond);
}

RestoreLimit::Duration RestoreLimit::Delay(TimePoint now) const {
  const double excess = HeatAt(now) - kUnsuspicious;
  if (excess <= 0) return Duration::zero();
  const double seconds = std::min(kLongestDelaySeconds, kFirstDelaySeconds * std::exp2(excess));
  const auto allowed_at = last_write_ + std::chrono::duration_cast<Duration>(Seconds(seconds));
  return std::max(Duration::zero(), allowed_at - now);
}

void RestoreLimit::Wrote(TimePoint now) {
  heat_ = std::min(kMostHeat, HeatAt(now) + 1);
  heated_at_ = now;
  last_write_ = now;
}

}  // namespace sidecar::controller
