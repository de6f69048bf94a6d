#pragma once

#include <chrono>

namespace sidecar::controller {

// How soon a field that somebody overwrote is written again.
//
// Whoever wipes the caBundle now and then, even every five seconds, has it restored at once: pods
// cannot be created meanwhile. Against somebody who does it without pause, each writing answers the
// other's, the delay grows until both can live with it; a quiet minute makes up for everything.
//
// Time is an argument, so that it can be tested; it must not go backwards. Belongs to one strand.
class RestoreLimit {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  // How long to wait with the next write, zero mostly.
  Duration Delay(TimePoint now) const;

  // A write of ours.
  void Wrote(TimePoint now);

  // Whether writes are being held back.
  bool IsFighting(TimePoint now) const { return Delay(now) > Duration::zero(); }

 private:
  double HeatAt(TimePoint now) const;

  double heat_ = 0;  // Writes, of which one is forgiven every few seconds.
  TimePoint heated_at_{};
  TimePoint last_write_{};
};

}  // namespace sidecar::controller
