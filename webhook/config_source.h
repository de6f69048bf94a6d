#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/log.h"
#include "lib/base/result.h"
#include "lib/observe/health.h"
#include "lib/observe/metrics.h"

namespace sidecar::webhook {

// One of the things that a running injector is configured by, wherever its texts come from: files,
// ConfigMaps, a Secret.
//
// A configuration is put to use whole or not at all. Where the new one is bad, the last good one
// stays in use, and the log, the metrics and the readiness text say so. Until there was a good one,
// the readiness condition of the source's name does not hold.
//
// Thread-safe.
class ConfigSource {
 public:
  // `name` ("config", "certificate") is the readiness condition and the metrics' label. What is
  // passed must outlive the source, and the metrics' last Render() must precede its end.
  ConfigSource(std::string name, Logger& log, observe::MetricRegistry& metrics,
               observe::Readiness& readiness);

  // Calls `publish` where these texts are not those of the last call. It puts them to use, or says
  // what is wrong with them; its text is a remark for the readiness page, mostly "".
  void Offer(const std::vector<std::string>& texts,
             const std::function<Result<std::string>()>& publish);

  // The texts could not be had. The same message is reported once.
  void Unavailable(const Error& error);

  // What is wrong with what was last offered; nothing where that is in use.
  std::optional<Error> problem() const;

 private:
  void Failed(const Error& error);

  const std::string name_;
  Logger& log_;
  observe::Readiness& readiness_;
  observe::Counter& succeeded_;
  observe::Counter& failed_;
  observe::Gauge& last_successful_;
  observe::Gauge& last_success_time_;

  mutable std::mutex mutex_;  // Guards what follows.
  std::string last_seen_;     // SHA-256 of the texts, or the error, of the last attempt.
  bool usable_ = false;       // There was a good one.
  std::optional<Error> problem_;
};

}  // namespace sidecar::webhook
