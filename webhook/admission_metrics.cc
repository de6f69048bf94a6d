#include "webhook/admission_metrics.h"

#include <string>

namespace sidecar::webhook {

using inject::Reason;

namespace {

constexpr std::array kAllReasons = {
    Reason::kInjected,        Reason::kAlreadyInjected,   Reason::kHostNetwork,
    Reason::kSystemNamespace, Reason::kPolicyDisabled,    Reason::kAnnotationOptOut,
    Reason::kMirrorPod,       Reason::kNotAPod,           Reason::kNoConfig,
    Reason::kTemplateError,   Reason::kInvalidAnnotation, Reason::kSubresource,
    Reason::kNotACreation,    Reason::kInvalidPod,        Reason::kOutOfTime,
};

}  // namespace

AdmissionMetrics::AdmissionMetrics(observe::MetricRegistry& registry)
    : duration_(registry.AddHistogram("sidecar_injector_admission_duration_seconds",
                                      "Time from an admission review read to its answer made.",
                                      observe::AdmissionDurationBounds())),
      template_errors_(registry.AddCounter(
          "sidecar_injector_template_errors_total",
          "Admissions for which the template failed or printed what is no pod spec.")) {
  for (const Reason reason : kAllReasons) {
    decisions_.at(static_cast<std::size_t>(reason)) = &registry.AddCounter(
        "sidecar_injector_admission_decisions_total", "Answered admission reviews, by reason.",
        {{"reason", std::string(ToString(reason))}});
  }
}

void AdmissionMetrics::Count(Reason reason, std::chrono::nanoseconds duration) {
  duration_.Observe(std::chrono::duration<double>(duration).count());
  if (reason == Reason::kTemplateError) template_errors_.Increment();
  const auto index = static_cast<std::size_t>(reason);
  if (index < kReasons && decisions_[index] != nullptr) decisions_[index]->Increment();
}

}  // namespace sidecar::webhook
