#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "controller/event_note.h"
#include "controller/namespace_view.h"
#include "lib/base/log.h"
#include "lib/base/published.h"
#include "lib/inject/decision.h"
#include "lib/kube/api_client.h"
#include "lib/kube/object_store.h"
#include "lib/kube/reflector.h"
#include "lib/observe/metrics.h"

namespace sidecar::controller {

// Follows which namespaces are labelled for injection: counts them, logs changes, tells where label
// and webhook disagree, and where a namespace becomes enabled, says in an Event on it which of its
// pods have no sidecar yet and how to restart them.
//
// The sink, SetSelector() and Reconcile() belong to one strand. The rest is thread-safe.
class NamespaceReconciler {
 public:
  struct Options {
    std::vector<std::string> ignored;  // Where the endpoint never injects.
    // The policy of the injection configuration in use.
    std::function<inject::Policy()> policy;
    // Calls Reconcile(name) soon, and again if it fails.
    std::function<void(const std::string& name)> enqueue;
    EventSink events;
  };

  // What is passed outlives this; the metrics' last Render() precedes its end.
  NamespaceReconciler(Options options, kube::ApiClient& client, Logger& log,
                      observe::MetricRegistry& metrics);

  static kube::ReflectorOptions ReflectorFor();
  kube::ReflectorSink Sink();

  // The namespaceSelector of our webhook, null where it is unknown. Looks at all namespaces again.
  void SetSelector(std::shared_ptr<const kubetypes::LabelSelector> selector);

  // Surveys the pods of a namespace that has become enabled.
  boost::asio::awaitable<Result<void>> Reconcile(std::string name);

  const kube::ObjectStore<NamespaceView>& store() const { return store_; }
  std::size_t Count(InjectionLabel label) const;
  std::size_t drifting() const { return drifting_; }

 private:
  static constexpr std::size_t kLabels = 4;

  void Changed(const std::string& name);
  void LabelChanged(const std::string& name, InjectionLabel before, InjectionLabel after);
  void CheckDrift(const std::string& name, const NamespaceView* view, bool log = true);

  const Options options_;
  kube::ApiClient& client_;
  Logger& log_;
  kube::ObjectStore<NamespaceView> store_;
  std::shared_ptr<const kubetypes::LabelSelector> selector_;
  bool listed_once_ = false;  // What was there before is no change.
  // Only what is not the rule: most namespaces have no label and drift nowhere.
  std::map<std::string, InjectionLabel, std::less<>> labelled_;
  std::map<std::string, NamespaceDrift, std::less<>> drifts_;
  std::array<std::atomic<std::size_t>, kLabels> counts_{};
  std::atomic<std::size_t> drifting_ = 0;
  std::array<observe::Counter*, kLabels> changes_{};
};

}  // namespace sidecar::controller
