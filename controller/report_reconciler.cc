#include "controller/report_reconciler.h"

#include <ctime>
#include <random>
#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include "controller/injection_report.h"
#include "controller/json_field.h"
#include "lib/kube/protocol/request.h"
#include "lib/kube/protocol/resources.h"

namespace sidecar::controller {

namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

constexpr kube::Resource kReports{"sidecar-injector.istio.io", "v1alpha1", "injectionreports",
                                  "InjectionReport", true};
constexpr const char* kReportName = "injection";
constexpr const char* kFieldManager = "sidecar-injector";
constexpr int kPodsPerPage = 100;

std::string Rfc3339(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm fields{};
  gmtime_r(&seconds, &fields);
  std::string text(sizeof "2018-01-31T00:00:00Z", '\0');
  text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &fields));
  return text;
}

// The API server names the object where only that is missing, and nothing where the type is.
bool NamesTheObject(const Error& error) {
  return error.message.find(kReportName) != std::string::npos &&
         error.message.find("injectionreports.") != std::string::npos;
}

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

milliseconds ReportReconciler::Pause(bool installed) {
  const milliseconds base = installed ? options_.interval : options_.retry_interval;
  static thread_local std::minstd_rand random{std::random_device{}()};
  std::uniform_int_distribution<std::int64_t> jitter(0, base.count() / 5);
  return base + milliseconds(jitter(random));
}

asio::awaitable<void> ReportReconciler::Run() {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  bool installed = true;
  for (;;) {
    timer.expires_after(Pause(installed));
    co_await timer.async_wait(asio::use_awaitable);
    installed = co_await RunOnce();
  }
}

asio::awaitable<bool> ReportReconciler::RunOnce() {
  if (!options_.may_write()) co_return true;
  const std::optional<ReportedTemplate> current = options_.current();
  if (!current.has_value()) co_return true;
  const std::vector<std::string> names = options_.namespaces();
  for (const std::string& name : names) {
    const Result<bool> done = co_await Report(name, *current);
    if (done.has_value()) {
      told_absent_ = false;
      continue;
    }
    if (done.error().code == ErrorCode::kNotFound && !NamesTheObject(done.error())) {
      if (!told_absent_) log_.Info("no reports: their type is not installed", {});
      told_absent_ = true;
      co_return false;
    }
    failures_.Increment();
    log_.Warning("cannot report on a namespace",
                 {{"namespace", name}, {"error", done.error().message}});
  }
  co_return true;
}

asio::awaitable<Result<Json>> ReportReconciler::Stored(std::string namespace_name) {
  kube::ApiRequest request = kube::GetRequest(kReports, namespace_name, kReportName);
  Result<Json> stored = co_await client_.Call(std::move(request));
  if (stored.has_value()) co_return std::move(stored);
  if (stored.error().code == ErrorCode::kNotFound && NamesTheObject(stored.error())) {
    // Spelt out, because a Json could turn into anything.
    co_return Result<Json>(boost::system::in_place_value, nullptr);
  }
  co_return std::move(stored);
}

asio::awaitable<Result<void>> ReportReconciler::Apply(Json report, std::string subresource) {
  kube::Patch patch;
  patch.type = kube::PatchType::kApply;
  patch.options.field_manager = kFieldManager;
  patch.options.subresource = std::move(subresource);
  patch.force = true;  // Nobody else has anything to say in it.
  patch.body = report.dump();
  const std::string namespace_name = StringField(report, "metadata.namespace");
  kube::ApiRequest request =
      kube::PatchRequest(kReports, namespace_name, kReportName, std::move(patch));
  const Result<Json> done = co_await client_.Call(std::move(request));
  if (!done.has_value()) co_return done.error();
  co_return Result<void>{};
}

asio::awaitable<Result<bool>> ReportReconciler::Report(std::string namespace_name,
                                                       ReportedTemplate current) {
  const Result<Json> stored = co_await Stored(namespace_name);
  if (!stored.has_value()) co_return stored.error();

  InjectionReport report({namespace_name, current.policy, current.hash});
  kube::ListOptions page;
  page.limit = kPodsPerPage;
  do {
    kube::ApiRequest request = kube::ListRequest(kube::kPods, namespace_name, page);
    const Result<Json> pods = co_await client_.Call(std::move(request));
    if (!pods.has_value()) co_return pods.error();
    const Json* const items = FindField(*pods, "items");
    if (items != nullptr && items->is_array()) {
      for (const Json& pod : *items) report.Add(pod);
    }
    page.continue_token = StringField(*pods, "metadata.continue");
  } while (!page.continue_token.empty());

  const Json* const before = FindField(*stored, "status");
  const Json nothing;
  Json status = report.Status(before != nullptr ? *before : nothing, Rfc3339(options_.now()));
  if (before != nullptr && SameReport(*before, status)) co_return false;
  if (stored->is_null()) {
    Json bare = MakeInjectionReport(namespace_name);
    std::string no_subresource;
    const Result<void> created = co_await Apply(std::move(bare), std::move(no_subresource));
    if (!created.has_value()) co_return created.error();
  }
  Json full = MakeInjectionReport(namespace_name, std::move(status));
  std::string subresource = "status";
  const Result<void> done = co_await Apply(std::move(full), std::move(subresource));
  if (!done.has_value()) co_return done.error();
  written_.Increment();
  co_return true;
}

}  // namespace sidecar::controller
