#include "webhook/admission_metrics.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::webhook {
namespace {

using inject::Reason;
using testing::HasSubstr;

TEST(AdmissionMetricsTest, DecisionsAreCountedByReasonAndTime) {
  observe::MetricRegistry registry;
  AdmissionMetrics metrics(registry);
  metrics.Count(Reason::kInjected, std::chrono::microseconds(60));
  metrics.Count(Reason::kInjected, std::chrono::milliseconds(3));
  metrics.Count(Reason::kTemplateError, std::chrono::seconds(1));
  const std::string text = registry.Render();
  EXPECT_THAT(text,
              HasSubstr("sidecar_injector_admission_decisions_total{reason=\"Injected\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("{reason=\"TemplateError\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("{reason=\"InvalidAnnotation\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("sidecar_injector_template_errors_total 1\n"));
  EXPECT_THAT(text,
              HasSubstr("sidecar_injector_admission_duration_seconds_bucket{le=\"0.0001\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("sidecar_injector_admission_duration_seconds_count 3\n"));
}

TEST(AdmissionMetricsTest, EveryReasonHasASeries) {
  observe::MetricRegistry registry;
  AdmissionMetrics metrics(registry);
  const std::string text = registry.Render();
  for (int i = 0; i <= static_cast<int>(Reason::kInvalidAnnotation); ++i) {
    const std::string name(ToString(static_cast<Reason>(i)));
    EXPECT_THAT(text, HasSubstr("{reason=\"" + name + "\"} 0\n"));
  }
}

}  // namespace
}  // namespace sidecar::webhook
