#include "webhook/injection_configuration.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sidecar::webhook {

namespace {

constexpr std::string_view kSample = "sample-injection";
// Webhooks may be given as little as a second; the template of Istio takes a ten-thousandth.
constexpr std::chrono::seconds kSampleTime{1};

}  // namespace

InjectionConfiguration::InjectionConfiguration(inject::Compat compat, Logger& log,
                                               observe::MetricRegistry& metrics,
                                               observe::Readiness& readiness)
    : compat_(compat),
      log_(log),
      source_("config", log, metrics, readiness),
      readiness_(readiness) {
  readiness_.Set(kSample, false, "not tried yet");
  metrics.AddReading(observe::MetricRegistry::Kind::kGauge, "sidecar_injector_config_generation",
                     "Injection configurations that were put to use since the start.", [this] {
                       const auto snapshot = published_.Get();
                       return snapshot == nullptr ? 0 : static_cast<double>(snapshot->generation);
                     });
}

void InjectionConfiguration::Offer(const InjectionTexts& texts) {
  source_.Offer({texts.config, texts.mesh}, [&] { return Publish(texts); });
}

Result<std::string> InjectionConfiguration::Publish(const InjectionTexts& texts) {
  ASSIGN_OR_RETURN(auto snapshot, MakeInjectionSnapshot(texts, compat_, generation_ + 1));
  const auto latest = std::chrono::steady_clock::now() + kSampleTime;
  const std::optional<SampleFailure> failure =
      TrySampleInjection(*snapshot, [latest] { return std::chrono::steady_clock::now() > latest; });
  const std::string problem =
      failure.has_value() ? "a sample pod cannot be injected: " + failure->message : "";
  const bool works = !failure.has_value() || !failure->is_of_template;
  if (!works && sample_works_) return Error{ErrorCode::kInvalidArgument, problem};
  sample_works_ = works;
  readiness_.Set(kSample, works, problem);
  if (failure.has_value()) log_.Write(works ? LogLevel::kWarning : LogLevel::kError, problem);

  ++generation_;
  for (const std::string& warning : snapshot->warnings) {
    log_.Warning("injection configuration", {{"warning", warning}});
  }
  log_.Info("injection configuration in use", {{"generation", snapshot->generation},
                                               {"template", snapshot->renderer->config().version()},
                                               {"mesh", snapshot->mesh_hash}});
  published_.Publish(std::move(snapshot));
  return std::string();
}

}  // namespace sidecar::webhook
