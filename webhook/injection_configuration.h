#pragma once

#include <cstdint>
#include <optional>

#include "lib/base/log.h"
#include "lib/base/published.h"
#include "lib/base/result.h"
#include "lib/inject/compat.h"
#include "lib/observe/health.h"
#include "lib/observe/metrics.h"
#include "webhook/config_source.h"
#include "webhook/injection_snapshot.h"

namespace sidecar::webhook {

// The injection and mesh configuration of a running injector: published as one snapshot, so that a
// request sees both or neither. Readiness condition "config".
//
// A template that a sample pod shows to fail for every pod is bad, and the last good one stays in
// use. Where there is none, it is used, so that whoever creates a pod is told what is wrong with
// it; but the condition "sample-injection" does not hold, so that a new replica with it replaces no
// old one. A template that fails for the sample only is remarked on.
//
// Thread-safe.
class InjectionConfiguration {
 public:
  // What is passed must outlive this, and the metrics' last Render() must precede its end.
  InjectionConfiguration(inject::Compat compat, Logger& log, observe::MetricRegistry& metrics,
                         observe::Readiness& readiness);

  // Publishes what the texts say if they are others than before, or reports why it cannot.
  void Offer(const InjectionTexts& texts);

  // The texts could not be read.
  void Unavailable(const Error& error) { source_.Unavailable(error); }

  // What is wrong with the texts that came last; nothing where they are in use.
  std::optional<Error> problem() const { return source_.problem(); }

  // Null until there was a usable configuration.
  const Published<InjectionSnapshot>& published() const { return published_; }

 private:
  Result<std::string> Publish(const InjectionTexts& texts);

  const inject::Compat compat_;
  Logger& log_;
  ConfigSource source_;
  observe::Readiness& readiness_;
  // Guarded by source_, which calls Publish one at a time.
  std::uint64_t generation_ = 0;
  bool sample_works_ = false;  // With what is published.
  Published<InjectionSnapshot> published_;
};

}  // namespace sidecar::webhook
