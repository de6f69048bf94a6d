#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "controller/event_note.h"
#include "controller/restore_limit.h"
#include "controller/webhook_config.h"
#include "lib/base/log.h"
#include "lib/base/published.h"
#include "lib/kube/api_client.h"
#include "lib/kube/reflector.h"
#include "lib/kubetypes/label_selector.h"
#include "lib/observe/metrics.h"

namespace sidecar::controller {

// Asks the API server for the newest version of MutatingWebhookConfiguration that it has. It takes
// no more than the right to list the one that is named.
boost::asio::awaitable<Result<WebhookApi>> DiscoverWebhookApi(kube::ApiClient& client,
                                                              std::string configuration);

// Keeps the caBundle of our webhook what the certificates need, creates the configuration if asked
// to, and touches nothing else of it. Writes nothing while this replica is not the leader.
//
// The sink and Reconcile() belong to one strand; the rest is thread-safe.
class WebhookConfigReconciler {
 public:
  struct Options {
    WebhookSpec spec;
    bool manage = false;  // Create the object where there is none.
    // PEM; null until there is an authority. What API servers should trust.
    const Published<std::string>* ca_bundle = nullptr;
    // Somebody else fills in the caBundle: while there is none, that is no reason to wait.
    bool others_fill_bundle = false;
    std::function<bool()> is_leader;
    // Calls Reconcile() soon, or after the delay.
    std::function<void(std::chrono::milliseconds delay)> enqueue;
    // The namespaceSelector of our webhook has been seen; null where it is unknown. On the strand.
    std::function<void(std::shared_ptr<const kubetypes::LabelSelector>)> selector_seen;
    EventSink events;
  };

  // What is passed outlives this.
  WebhookConfigReconciler(Options options, kube::ApiClient& client, Logger& log,
                          observe::MetricRegistry& metrics);

  // Which one to use, before anything else is called; v1 if it is not.
  void SetApi(WebhookApi api) { api_ = api; }

  kube::ReflectorOptions ReflectorFor() const;
  kube::ReflectorSink Sink();

  // An error is to be retried.
  boost::asio::awaitable<Result<void>> Reconcile();

  // The object as it was last seen; null where there is none.
  std::shared_ptr<const Json> object() const { return object_.Get(); }
  bool HasSynced() const { return synced_; }

 private:
  kube::Resource resource() const;
  void Seen(std::shared_ptr<const Json> object);
  void Inspect(const Json& object);
  boost::asio::awaitable<Result<void>> Create(std::string ca_bundle);
  boost::asio::awaitable<Result<void>> Write(CaBundleDecision decision,
                                             std::shared_ptr<const Json> before);
  void Note(bool warning, std::string reason, std::string message);

  const Options options_;
  WebhookApi api_ = WebhookApi::kV1;
  kube::ApiClient& client_;
  Logger& log_;
  observe::Counter& writes_;
  observe::Counter& restores_;
  observe::Gauge& findings_gauge_;
  Published<Json> object_;
  std::atomic<bool> synced_ = false;
  RestoreLimit limit_;
  bool absence_logged_ = false;
  bool fight_logged_ = false;
  std::string findings_;        // As last logged.
  std::string written_bundle_;  // By our last write.
};

}  // namespace sidecar::controller
