#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "lib/base/log.h"
#include "lib/kube/protocol/lease.h"

namespace sidecar::kube {

class ApiClient;

struct LeaderElectorOptions {
  std::string ns;
  std::string name;      // Of the Lease.
  std::string identity;  // Unlike any other replica's: the pod's name and something random.
  LeaderElectionTimes times;
};

// Takes part in the election of the one replica that writes.
//
// Whether this replica leads is a matter of time: IsLeader() is true until `times.renew` after the
// beginning of the last renewal that succeeded, whether or not anything still runs. Others wait for
// `times.lease`, which is longer, so that there are never two.
class LeaderElector {
 public:
  // `on_change` is called on the strand of Run() when this replica begins and ceases to lead.
  // `executor` is a strand, on which Run() is to be awaited. `client` and `log` outlive Run().
  LeaderElector(ApiClient& client, LeaderElectorOptions options, Logger& log,
                boost::asio::any_io_executor executor,
                std::function<void(bool leads)> on_change = {});
  ~LeaderElector();
  LeaderElector(const LeaderElector&) = delete;
  LeaderElector& operator=(const LeaderElector&) = delete;

  // Until its coroutine is cancelled, or until Resign() and the release of the lease.
  boost::asio::awaitable<void> Run();

  // Ceases to lead at once; Run() then releases the lease, so that another need not wait, and
  // returns. Thread-safe.
  void Resign();

  // Thread-safe.
  bool IsLeader() const;
  // When somebody, perhaps this replica, last led as far as the lease told when this replica began
  // to: its last renewal, or its release. Nothing: there was no lease. Of use in `on_change`, and
  // belongs to its strand.
  std::optional<std::chrono::system_clock::time_point> LedBefore() const;
  // Whom the lease named when it was last read; empty: nobody. Thread-safe.
  std::string Holder() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace sidecar::kube
