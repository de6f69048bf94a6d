#pragma once

#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "controller/permissions.h"
#include "lib/base/log.h"
#include "lib/kube/api_client.h"
#include "lib/observe/health.h"
#include "lib/observe/metrics.h"

namespace sidecar::controller {

// Asks the API server at the start whether the controller may do what it will have to, so that a
// missing role is told by name before it hurts. What is missing is asked for again every minute.
//
// Nothing waits for the outcome: the readiness condition "permissions" always holds and remarks
// what is missing, each permission has a gauge.
class Preflight {
 public:
  // What is passed outlives this; the metrics' last Render() precedes its end.
  Preflight(std::vector<Permission> permissions, kube::ApiClient& client, Logger& log,
            observe::MetricRegistry& metrics, observe::Readiness& readiness);

  // Until all is granted.
  boost::asio::awaitable<void> Run();

  // What the API server was asked for and has not granted, as Describe() words it.
  std::vector<std::string> Missing() const;

 private:
  struct Check {
    Permission permission;
    observe::Gauge* missing = nullptr;
    bool granted = false;
    bool logged = false;
  };

  // Whether the API server could be asked.
  boost::asio::awaitable<bool> Ask(Check& check);
  void Report();

  kube::ApiClient& client_;
  Logger& log_;
  observe::Readiness& readiness_;
  std::vector<Check> checks_;
  bool failure_logged_ = false;
};

}  // namespace sidecar::controller
