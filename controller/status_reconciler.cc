#include "controller/status_reconciler.h"

#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "controller/condition.h"
#include "controller/report_store.h"
#include "lib/kube/protocol/resources.h"

namespace sidecar::controller {

namespace asio = boost::asio;

namespace {

std::optional<int> IntField(const Json& object, std::string_view path) {
  const Json* const value = FindField(object, path);
  if (value == nullptr || !value->is_number_integer()) return std::nullopt;
  return value->get<int>();
}

}  // namespace

StatusReconciler::StatusReconciler(Options options, kube::ApiClient& client, Logger& log,
                                   observe::MetricRegistry& metrics)
    : options_(std::move(options)),
      client_(client),
      log_(log),
      written_(metrics.AddCounter("sidecar_injector_status_writes_total",
                                  "Times that the InjectorStatus was written, having changed.")),
      failures_(metrics.AddCounter("sidecar_injector_status_failures_total",
                                   "Times that the InjectorStatus could not be written.")) {}

asio::awaitable<bool> StatusReconciler::RunOnce() {
  if (!options_.may_write()) co_return true;
  const Result<bool> is_served = co_await Report();
  if (!is_served.has_value()) {
    failures_.Increment();
    log_.Warning("cannot report on the injector", {{"error", is_served.error().message}});
    co_return true;
  }
  const bool is_news = std::exchange(told_absent_, !*is_served) != told_absent_;
  if (is_news && !*is_served) {
    log_.Info("no report on the injector: the type InjectorStatus is not installed", {});
  }
  co_return *is_served;
}

// That there is no Deployment is no error: the injector may run without one. That it may not be
// read is among the missing permissions.
asio::awaitable<Result<void>> StatusReconciler::CountReplicas(InjectorFacts& facts) {
  kube::ApiRequest request =
      kube::GetRequest(kube::kDeployments, facts.control_namespace, options_.deployment);
  const Result<Json> deployment = co_await client_.Call(std::move(request));
  if (deployment.has_value()) {
    // Both are left out where they are nought.
    facts.desired_replicas = IntField(*deployment, "spec.replicas").value_or(0);
    facts.ready_replicas = IntField(*deployment, "status.readyReplicas").value_or(0);
  } else if (deployment.error().code != ErrorCode::kNotFound &&
             deployment.error().code != ErrorCode::kForbidden) {
    co_return Error(deployment.error()).Annotate("get Deployment " + options_.deployment);
  }
  co_return Result<void>{};
}

asio::awaitable<Result<bool>> StatusReconciler::Report() {
  std::string none;
  const Result<StoredReport> stored =
      co_await ReadReport(client_, kInjectorStatuses, std::move(none), options_.name);
  if (!stored.has_value()) co_return stored.error();
  if (!stored->is_served) co_return false;
  InjectorFacts facts = options_.facts();
  const Result<void> counted = co_await CountReplicas(facts);
  if (!counted.has_value()) co_return counted.error();

  const Json* const before =
      stored->object == nullptr ? nullptr : FindField(*stored->object, "status");
  const Json nothing;
  Json status = MakeInjectorStatus(facts, before != nullptr ? *before : nothing, options_.now());
  if (before != nullptr && SameStatus(*before, status)) co_return true;
  Json object = MakeInjectorStatusObject(options_.name, std::move(status));
  const bool is_new = stored->object == nullptr;
  const Result<void> done =
      co_await WriteReport(client_, kInjectorStatuses, std::move(object), is_new);
  if (!done.has_value()) co_return Error(done.error()).Annotate("write InjectorStatus");
  written_.Increment();
  co_return true;
}

}  // namespace sidecar::controller
