#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "lib/base/result.h"

// Leader election by a coordination.k8s.io/v1 Lease, as client-go's leaderelection package does it:
// whoever is named in it leads for as long as it keeps changing. Pure.

namespace sidecar::kube {

struct LeaderElectionTimes {
  std::chrono::seconds lease{15};  // How long others leave a silent leader alone.
  // After so long without a renewal the leader steps down; less than `lease`, so that it does so
  // before anyone can follow it.
  std::chrono::seconds renew{10};
  std::chrono::seconds retry{2};  // Between attempts.
};

// Whether lease > renew > retry × 1.2 > 0, as client-go demands.
Result<void> CheckTimes(const LeaderElectionTimes& times);

struct LeaseRecord {
  std::string holder;  // Empty: released.
  std::int64_t duration_seconds = 0;
  std::string acquire_time;  // As in the object.
  std::string renew_time;
  std::int64_t transitions = 0;

  bool operator==(const LeaseRecord&) const = default;
};

// The `spec` of a Lease; what is missing or odd stays empty.
LeaseRecord ReadLease(const nlohmann::json& lease);

// metav1.MicroTime: UTC with exactly six digits after the point; the server refuses others.
std::string MicroTime(std::chrono::system_clock::time_point time);

// What is known of a lease, by this process's own clock: others' clocks are never compared with it,
// only whether the record has changed.
class LeaseView {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // A read that was answered at `now`. Nothing: there is no such Lease.
  void Saw(std::optional<LeaseRecord> record, TimePoint now);

  // Whether `identity` may put its name into the lease: it is there already, or nobody's, or its
  // holder has not renewed it for its own duration (`fallback`, where that makes no sense).
  bool MayTake(std::string_view identity, std::chrono::seconds fallback, TimePoint now) const;

  const std::optional<LeaseRecord>& record() const { return record_; }

 private:
  std::optional<LeaseRecord> record_;
  TimePoint changed_{};
};

// The record to write when taking or renewing: transitions count changes of holder, acquire_time
// stays with the holder.
LeaseRecord TakenLease(const std::optional<LeaseRecord>& before, std::string_view identity,
                       std::chrono::seconds duration, std::chrono::system_clock::time_point now);
// The record to write when leaving: nobody's, and free at once, as client-go releases it.
LeaseRecord ReleasedLease(const LeaseRecord& before, std::chrono::system_clock::time_point now);

// Puts the record into the object: a Lease that was read, or an empty one.
void WriteLease(const LeaseRecord& record, nlohmann::json& lease);

}  // namespace sidecar::kube
