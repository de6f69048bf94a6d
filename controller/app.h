#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include "controller/certificate_source.h"
#include "controller/config_map_source.h"
#include "controller/namespace_reconciler.h"
#include "controller/options.h"
#include "controller/preflight.h"
#include "controller/report_reconciler.h"
#include "controller/status_reconciler.h"
#include "controller/webhook_config_reconciler.h"
#include "lib/base/log.h"
#include "lib/base/result.h"
#include "lib/base/task_group.h"
#include "lib/kube/api_client.h"
#include "lib/kube/event_recorder.h"
#include "lib/kube/leader_elector.h"
#include "lib/kube/reflector.h"
#include "lib/kube/work_queue.h"
#include "lib/observe/health.h"
#include "lib/observe/metrics.h"
#include "webhook/admission_metrics.h"
#include "webhook/decision_log.h"
#include "webhook/injection_configuration.h"
#include "webhook/refused_workloads.h"
#include "webhook/service.h"
#include "webhook/web_pages.h"

namespace sidecar::controller {

// The whole controller: the injection endpoint, and what keeps it configured and known to the API
// server. Every replica serves; only the leader writes.
//
// Start: admin pages, listener, reflectors; ready once there are a configuration and a certificate;
// then it takes part in the election. Stop: not ready, answering for the drain time, no new
// connections, finishing what has begun, releasing the Lease, the end. While the API server cannot
// be reached, the endpoint goes on with what it last knew.
//
// Start(), Wait() and the destructor belong to one thread; Shutdown() may be called from any.
class App {
 public:
  // What is passed outlives this. `executor` must be run by somebody until Wait() has returned. The
  // metrics must not be rendered after the end.
  App(ControllerOptions options, kube::ApiClient& client, Logger& log,
      observe::MetricRegistry& metrics, observe::Readiness& readiness,
      boost::asio::any_io_executor executor);
  ~App();

  // Fails where a port cannot be had; then nothing runs.
  Result<webhook::ServicePorts> Start();
  void Shutdown() { service_.Shutdown(); }
  // Returns when everything has stopped.
  void Wait();

  bool IsLeader() const;

 private:
  void Spawn(const char* name, boost::asio::awaitable<void> (App::*task)());
  void Reflect(kube::ReflectorOptions options, kube::ReflectorSink sink);
  boost::asio::awaitable<void> RunReflector(kube::Reflector& reflector);
  boost::asio::awaitable<void> FollowWebhook();
  boost::asio::awaitable<void> ReconcileWebhook();
  boost::asio::awaitable<void> ReconcileNamespaces();
  boost::asio::awaitable<void> RunPreflight();
  boost::asio::awaitable<void> WriteReports();
  InjectorFacts Facts() const;
  ReportReconciler::Options ReportOptions();
  boost::asio::awaitable<void> Lead();
  void BecameLeader(bool leads);
  void Note(EventNote note);
  ServerBundles BundlesOfServer() const;
  void SawWebhook(std::shared_ptr<const kubetypes::LabelSelector> selector);
  boost::asio::awaitable<void> WriteEvents();
  webhook::ServiceSources Sources();
  std::unique_ptr<webhook::WebPages> MakePages(const observe::Readiness& readiness);
  kube::LeaderElectorOptions ElectorOptions() const;
  PermissionScope Scope() const;
  bool OthersFillBundle() const;
  inject::Policy CurrentPolicy() const;

  const ControllerOptions options_;
  kube::ApiClient& client_;
  Logger& log_;
  observe::MetricRegistry& metrics_;
  const boost::asio::any_io_executor executor_;
  TaskGroup tasks_;
  TaskGroup election_;    // Ends by itself, having released the Lease.
  const Strand control_;  // Of reflectors and reconcilers.
  std::atomic<bool> stopping_ = false;
  const std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();

  webhook::InjectionConfiguration configuration_;
  CertificateSource certificates_;
  webhook::AdmissionMetrics admission_metrics_;
  webhook::RefusedWorkloads refused_;
  kube::WorkQueue webhook_queue_;
  kube::WorkQueue namespace_queue_;
  ConfigMapSource config_maps_;
  NamespaceReconciler namespaces_;
  WebhookConfigReconciler webhook_config_;
  std::optional<bool> webhook_seen_;  // Whether there was one; nothing before the first look.
  kube::EventRecorder recorder_;
  kube::LeaderElector elector_;
  Preflight preflight_;
  ReportReconciler reports_;
  StatusReconciler statuses_;
  // Whose metrics are read until the end. Filled on control_.
  std::vector<std::unique_ptr<kube::Reflector>> reflectors_;
  // What our webhook selects, for the pages.
  Published<kubetypes::LabelSelector> webhook_selector_;
  webhook::DecisionLog decisions_;
  std::unique_ptr<webhook::WebPages> pages_;  // Null where nobody wants them.
  webhook::Service service_;
};

}  // namespace sidecar::controller
