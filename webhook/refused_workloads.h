#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "lib/inject/decision.h"
#include "webhook/handler.h"

namespace sidecar::webhook {

// A workload whose pods this replica has refused.
struct RefusedWorkload {
  std::string kind;  // "Deployment"
  std::string name;
  inject::Reason reason = inject::Reason::kInjected;
  std::string message;
};

// Remembers which workloads have no pods because their injection fails: until one of their pods is
// admitted here, or 20 minutes after the last refusal, which is a little longer than a controller
// waits before it tries again. A bare pod is not remembered: whoever made it was told.
//
// Bounded: the workload that was refused the longest time ago is forgotten first. Thread-safe.
class RefusedWorkloads {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;
  static constexpr std::size_t kMost = 1000;

  explicit RefusedWorkloads(Now now = &std::chrono::steady_clock::now) : now_(std::move(now)) {}

  // Any admission that was answered.
  void Note(const AdmissionOutcome& outcome);

  std::vector<RefusedWorkload> In(std::string_view namespace_name) const;

 private:
  // Namespace, kind, name.
  using Key = std::tuple<std::string, std::string, std::string>;
  struct Refusal {
    inject::Reason reason;
    std::string message;
    std::chrono::steady_clock::time_point at;
  };

  const Now now_;
  std::atomic<bool> has_any_ = false;  // So that what is admitted takes no lock, mostly.
  mutable std::mutex mutex_;
  std::map<Key, Refusal> refusals_;  // Guarded by mutex_.
};

}  // namespace sidecar::webhook
