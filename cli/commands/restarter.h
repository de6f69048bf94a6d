#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/cluster_client.h"
#include "cli/commands/restart_output.h"
#include "cli/commands/rollout.h"
#include "cli/injector_services.h"
#include "lib/base/result.h"

namespace sidecar::cli {

struct RestarterOptions {
  bool dry_run = false;
  std::size_t max_unavailable = 1;  // Owners in a rollout at once.
  std::chrono::seconds timeout{0};  // In which an owner has to be available again.
  std::chrono::milliseconds poll_interval{0};
  // Without a ready replica of each of these, nothing is restarted.
  std::vector<InjectorService> services;
};

// Restarts owners of pods one after the other and waits for them. Who may not be restarted because
// of a budget gets another chance once others are through. Ends early, with the rest left as it is,
// when an owner does not become available again or the injector goes away. Belongs to one thread.
class Restarter {
 public:
  Restarter(RestarterOptions options, ClusterClient& cluster, RestartDisplay& display)
      : options_(std::move(options)), cluster_(cluster), display_(display) {}

  // One result an owner.
  std::vector<RestartResult> Run(std::vector<diagnose::OwnerKey> owners);

 private:
  struct Rolling {
    diagnose::OwnerKey owner;
    std::chrono::steady_clock::time_point deadline;
  };

  void RunPass(const std::vector<diagnose::OwnerKey>& owners);
  void Restart(const diagnose::OwnerKey& owner);
  // Why it cannot or must not be restarted now; empty if it can.
  Result<std::string> FindObstacle(const diagnose::OwnerKey& owner, const kube::Json& object);
  Result<void> Apply(const diagnose::OwnerKey& owner);
  Result<std::vector<Budget>> BudgetsOf(const std::string& namespace_name);
  Result<void> CheckInjector();
  // Returns once one is through, or something went wrong.
  void WaitForOne();
  // Whether it is no longer to be waited for.
  bool Poll(const Rolling& rolling);
  void Conclude(const diagnose::OwnerKey& owner, RestartOutcome outcome, std::string reason = {});

  const RestarterOptions options_;
  ClusterClient& cluster_;
  RestartDisplay& display_;
  std::vector<RestartResult> results_;
  std::vector<Rolling> rolling_;
  std::map<diagnose::OwnerKey, std::string> blocked_;  // By a budget, whose words these are.
  std::string stop_reason_;                            // Nothing more is begun.
  std::size_t total_ = 0;
  std::size_t begun_ = 0;
};

}  // namespace sidecar::cli
