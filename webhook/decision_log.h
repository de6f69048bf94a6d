#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "lib/inject/decision.h"

namespace sidecar::webhook {

// An admission as it is remembered: which pod and why, never what is in it. Texts are those of the
// request, cut to kMaxNameBytes.
struct Decision {
  std::chrono::system_clock::time_point time;
  std::string namespace_name;
  std::string pod;    // Name or generateName.
  std::string owner;  // "ReplicaSet/web-96d5df5c8", empty for a bare pod.
  inject::Reason reason = inject::Reason::kInjected;
  bool allowed = false;
  bool dry_run = false;
  std::chrono::nanoseconds duration{0};
};

// The latest decisions. Thread-safe; remembering one holds a lock for as long as it takes to swap
// it in.
class DecisionLog {
 public:
  static constexpr std::size_t kKept = 200;
  static constexpr std::size_t kMaxNameBytes = 253;  // The longest name Kubernetes knows.

  void Add(Decision decision);

  // The latest first.
  std::vector<Decision> Latest() const;

  // Since the start.
  std::uint64_t total() const;

 private:
  mutable std::mutex mutex_;
  std::vector<Decision> ring_;  // Guarded by mutex_, as is the rest. Grows up to kKept.
  std::uint64_t total_ = 0;     // The next place is total_ % kKept.
};

}  // namespace sidecar::webhook
