#include "controller/report_reconciler.h"

#include <algorithm>
#include <utility>

#include <malloc.h>
#include <nlohmann/json.hpp>

#include "controller/condition.h"
#include "controller/json_field.h"
#include "controller/report_store.h"
#include "lib/kube/protocol/request.h"
#include "lib/kube/protocol/resources.h"

namespace sidecar::controller {

namespace asio = boost::asio;

namespace {

constexpr int kPodsPerPage = 100;
// Failures a round; mostly, all are of one kind.
constexpr std::size_t kMostLogged = 3;

}  // namespace

ReportReconciler::ReportReconciler(Options options, kube::ApiClient& client, Logger& log,
                                   observe::MetricRegistry& metrics)
    : options_(std::move(options)),
      client_(client),
      log_(log),
      written_(metrics.AddCounter("sidecar_injector_reports_written_total",
                                  "InjectionReports written because they changed.")),
      failures_(metrics.AddCounter("sidecar_injector_report_failures_total",
                                   "InjectionReports that could not be made or written.")) {}

std::vector<ReportReconciler::Task> ReportReconciler::NextTasks() {
  const std::vector<std::string> names = options_.namespaces();
  std::vector<Task> tasks;
  for (const std::string& name : reported_) {
    if (tasks.size() >= kNamespacesPerRound) break;
    if (!std::binary_search(names.begin(), names.end(), name)) tasks.push_back({name, false});
  }
  const auto after = std::upper_bound(names.begin(), names.end(), last_);
  const auto add = [&](auto from, auto to) {
    for (; from != to && tasks.size() < kNamespacesPerRound; ++from) tasks.push_back({*from});
  };
  add(after, names.end());
  add(names.begin(), after);
  return tasks;
}

asio::awaitable<bool> ReportReconciler::RunOnce() {
  const std::optional<ReportedTemplate> current = options_.current();
  if (!current.has_value()) co_return true;
  const std::vector<Task> tasks = NextTasks();
  std::size_t failed = 0;
  for (const Task& task : tasks) {
    if (!options_.may_write()) co_return true;
    const Result<bool> is_served = co_await Report(task, *current);
    if (!is_served.has_value()) {
      failures_.Increment();
      if (++failed <= kMostLogged)
        log_.Warning("cannot report on a namespace",
                     {{"namespace", task.namespace_name}, {"error", is_served.error().message}});
    } else if (!*is_served) {
      if (!std::exchange(told_absent_, true)) {
        log_.Info("no reports on namespaces: the type InjectionReport is not installed", {});
      }
      co_return false;
    }
    if (is_served.has_value()) told_absent_ = false;
    last_ = task.namespace_name;
  }
  // Pages of pods, which nobody needs until the next round.
  malloc_trim(0);
  co_return true;
}

asio::awaitable<Result<void>> ReportReconciler::Count(std::string namespace_name,
                                                      InjectionReport& report) {
  kube::ListOptions page;
  page.limit = kPodsPerPage;
  std::size_t count = 0;
  do {
    if (count >= kMostPods) {
      report.MarkIncomplete();
      break;
    }
    kube::ApiRequest request = kube::ListRequest(kube::kPods, namespace_name, page);
    const Result<Json> pods = co_await client_.Call(std::move(request));
    if (!pods.has_value()) co_return Error(pods.error()).Annotate("list pods");
    const Json* const items = FindField(*pods, "items");
    if (items != nullptr && items->is_array()) {
      count += items->size();
      for (const Json& pod : *items) report.Add(pod);
    }
    page.continue_token = StringField(*pods, "metadata.continue");
  } while (!page.continue_token.empty());
  co_return Result<void>{};
}

ReportScope ReportReconciler::ScopeOf(const Task& task, const ReportedTemplate& current) const {
  ReportScope scope;
  scope.namespace_name = task.namespace_name;
  scope.policy = current.policy;
  scope.template_hash = current.hash;
  scope.is_selected = task.is_injected;
  if (options_.would_fail) {
    scope.would_fail = [this, name = task.namespace_name](const Json& pod) {
      return options_.would_fail(name, pod);
    };
  }
  return scope;
}

asio::awaitable<Result<bool>> ReportReconciler::Report(Task task, ReportedTemplate current) {
  const Result<StoredReport> stored =
      co_await ReadReport(client_, kInjectionReports, task.namespace_name, kReportName);
  if (!stored.has_value()) co_return stored.error();
  if (!stored->is_served) co_return false;
  const bool is_new = stored->object == nullptr;
  if (!task.is_injected) reported_.erase(task.namespace_name);
  if (!task.is_injected && is_new) co_return true;

  InjectionReport report(ScopeOf(task, current));
  const Result<void> counted = co_await Count(task.namespace_name, report);
  if (!counted.has_value()) co_return counted.error();
  if (options_.refused && task.is_injected) {
    for (RefusedOwner& owner : options_.refused(task.namespace_name)) {
      report.AddRefused(std::move(owner.kind), std::move(owner.name), owner.failure);
    }
  }
  if (task.is_injected) reported_.insert(task.namespace_name);

  const Json* const before =
      stored->object == nullptr ? nullptr : FindField(*stored->object, "status");
  const Json nothing;
  Json status = report.Status(before != nullptr ? *before : nothing, Rfc3339(options_.now()));
  if (before != nullptr && SameStatus(*before, status)) co_return true;
  Json object = MakeInjectionReport(task.namespace_name, std::move(status));
  const Result<void> done =
      co_await WriteReport(client_, kInjectionReports, std::move(object), is_new);
  if (!done.has_value()) co_return Error(done.error()).Annotate("write InjectionReport");
  written_.Increment();
  co_return true;
}

}  // namespace sidecar::controller
