#include "webhook/config_source.h"

#include <chrono>
#include <utility>

#include "lib/base/sha256.h"

namespace sidecar::webhook {

namespace {

constexpr const char* kReloads = "sidecar_injector_config_reloads_total";
constexpr const char* kReloadsHelp = "Changed configurations that were read, by source, outcome.";

observe::Labels Labelled(const std::string& name, const char* outcome) {
  return {{"source", name}, {"outcome", outcome}};
}

std::string Digest(const std::vector<std::string>& texts) {
  std::string hashes;
  for (const std::string& text : texts) hashes += Sha256Hex(text);
  return Sha256Hex(hashes);
}

}  // namespace

ConfigSource::ConfigSource(std::string name, Logger& log, observe::MetricRegistry& metrics,
                           observe::Readiness& readiness)
    : name_(std::move(name)),
      log_(log),
      readiness_(readiness),
      succeeded_(metrics.AddCounter(kReloads, kReloadsHelp, Labelled(name_, "success"))),
      failed_(metrics.AddCounter(kReloads, kReloadsHelp, Labelled(name_, "failure"))),
      last_successful_(metrics.AddGauge("sidecar_injector_config_last_reload_successful",
                                        "1 if what was last read is in use, 0 if it is bad.",
                                        {{"source", name_}})),
      last_success_time_(
          metrics.AddGauge("sidecar_injector_config_last_reload_success_timestamp_seconds",
                           "When a configuration was last put to use.", {{"source", name_}})) {
  readiness_.Set(name_, false, "not loaded yet");
}

void ConfigSource::Offer(const std::vector<std::string>& texts,
                         const std::function<Result<std::string>()>& publish) {
  const std::lock_guard lock(mutex_);
  std::string digest = Digest(texts);
  if (digest == last_seen_) return;
  last_seen_ = std::move(digest);
  const Result<std::string> remark = publish();
  if (!remark.has_value()) return Failed(remark.error());
  usable_ = true;
  problem_.reset();
  succeeded_.Increment();
  last_successful_.Set(1);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  last_success_time_.Set(std::chrono::duration<double>(now).count());
  readiness_.Set(name_, true, *remark);
}

void ConfigSource::Unavailable(const Error& error) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(last_seen_, error.message) != error.message) Failed(error);
}

std::optional<Error> ConfigSource::problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

void ConfigSource::Failed(const Error& error) {
  problem_ = error;
  failed_.Increment();
  last_successful_.Set(0);
  log_.Error(
      usable_ ? "bad configuration, the last good one stays in use" : "no usable configuration",
      {{"source", name_}, {"error", error.message}});
  readiness_.Set(name_, usable_,
                 usable_ ? "the last reload failed: " + error.message : error.message);
}

}  // namespace sidecar::webhook
