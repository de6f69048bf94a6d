#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
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
// pods have no sidecar yet and how to restart them, or why label and webhook disagree.
//
// Whoever enables a namespace gets that Event once, from whichever replica leads. What was enabled
// while nobody led is told by the next leader. What had been enabled before is no news: neither a
// restart nor a first installation tells anything about the namespaces that it finds. The Event is
// named after the time at which the label was set, so that two leaders in a row write only one.
// Servers before 1.18 do not tell that time; there a leader catches up with what it has seen
// itself.
//
// The sink, SetSelector(), CatchUp() and Reconcile() belong to one strand. The rest is thread-safe.
class NamespaceReconciler {
 public:
  struct Options {
    std::vector<std::string> ignored;  // Where the endpoint never injects.
    // The policy of the injection configuration in use.
    std::function<inject::Policy()> policy;
    // Calls Reconcile(name) soon, and again if it fails; not where somebody else leads.
    std::function<void(const std::string& name)> enqueue;
    EventSink events;
    std::function<std::chrono::system_clock::time_point()> wall_clock =
        &std::chrono::system_clock::now;
  };

  // What is passed outlives this; the metrics' last Render() precedes its end.
  NamespaceReconciler(Options options, kube::ApiClient& client, Logger& log,
                      observe::MetricRegistry& metrics);

  static kube::ReflectorOptions ReflectorFor();
  kube::ReflectorSink Sink();

  // The namespaceSelector of our webhook, null where it is unknown. Looks at all namespaces again.
  void SetSelector(std::shared_ptr<const kubetypes::LabelSelector> selector);

  // This replica begins to lead, and nobody has since that time: enqueues what was enabled in
  // between, now or once the namespaces are known. Of more than a person looks at, some.
  void CatchUp(std::chrono::system_clock::time_point unled_since);

  // Surveys the pods of a namespace that has become enabled.
  boost::asio::awaitable<Result<void>> Reconcile(std::string name);

  const kube::ObjectStore<NamespaceView>& store() const { return store_; }
  std::size_t Count(InjectionLabel label) const;
  // Sorted: the namespaces about whose pods API servers ask the injector, as far as labels tell:
  // those that the webhook's selector selects or, where it is unknown, those labelled `enabled`.
  std::vector<std::string> Injected() const;
  std::size_t drifting() const { return drifting_; }

 private:
  static constexpr std::size_t kLabels = 4;

  void Changed(const std::string& name);
  void CatchUpNow(std::chrono::system_clock::time_point unled_since);
  void LabelChanged(const std::string& name, InjectionLabel before, InjectionLabel after);
  void Tell(const std::string& name, const NamespaceView& view, bool warning, std::string reason,
            std::string message);
  void CheckDrift(const std::string& name, const NamespaceView* view, bool log = true);

  const Options options_;
  kube::ApiClient& client_;
  Logger& log_;
  kube::ObjectStore<NamespaceView> store_;
  std::shared_ptr<const kubetypes::LabelSelector> selector_;
  bool listed_once_ = false;  // What was there before is no change.
  std::optional<std::chrono::system_clock::time_point> unled_since_;  // Until there was a list.
  // Only what is not the rule: most namespaces have no label and drift nowhere.
  struct Labelled {
    InjectionLabel label = InjectionLabel::kNone;
    // When it was set, as the API server tells, or when it was seen to be. Nothing: before.
    std::optional<std::chrono::system_clock::time_point> when;
  };
  std::map<std::string, Labelled, std::less<>> labelled_;
  std::map<std::string, NamespaceDrift, std::less<>> drifts_;
  std::array<std::atomic<std::size_t>, kLabels> counts_{};
  std::atomic<std::size_t> drifting_ = 0;
  std::array<observe::Counter*, kLabels> changes_{};
};

}  // namespace sidecar::controller
