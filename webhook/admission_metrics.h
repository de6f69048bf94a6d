#pragma once

#include <array>
#include <chrono>

#include "lib/inject/decision.h"
#include "lib/observe/metrics.h"

namespace sidecar::webhook {

// What is counted of admissions. Thread-safe and lock-free.
class AdmissionMetrics {
 public:
  // Declares the series; the registry must outlive this.
  explicit AdmissionMetrics(observe::MetricRegistry& registry);

  // An admission review that was answered, in the time from request read to answer made.
  void Count(inject::Reason reason, std::chrono::nanoseconds duration);

 private:
  static constexpr std::size_t kReasons = 32;  // More than there are.

  observe::Histogram& duration_;
  observe::Counter& template_errors_;
  std::array<observe::Counter*, kReasons> decisions_{};
};

}  // namespace sidecar::webhook
