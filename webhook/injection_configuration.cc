#include "webhook/injection_configuration.h"

#include <string>
#include <utility>

namespace sidecar::webhook {

InjectionConfiguration::InjectionConfiguration(inject::Compat compat, Logger& log,
                                               observe::MetricRegistry& metrics,
                                               observe::Readiness& readiness)
    : compat_(compat), log_(log), source_("config", log, metrics, readiness) {
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
  ++generation_;
  for (const std::string& warning : snapshot->warnings) {
    log_.Warning("injection configuration", {{"warning", warning}});
  }
  std::string remark;
  if (const auto sample = TrySampleInjection(*snapshot); !sample.has_value()) {
    remark = "a sample pod cannot be injected: " + sample.error().message;
    log_.Warning("a sample pod cannot be injected", {{"error", sample.error().message}});
  }
  log_.Info("injection configuration in use", {{"generation", snapshot->generation},
                                               {"template", snapshot->renderer->config().version()},
                                               {"mesh", snapshot->mesh_hash}});
  published_.Publish(std::move(snapshot));
  return remark;
}

}  // namespace sidecar::webhook
