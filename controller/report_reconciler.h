#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "controller/injection_report.h"
#include "lib/base/log.h"
#include "lib/base/result.h"
#include "lib/inject/config.h"
#include "lib/kube/api_client.h"
#include "lib/kube/json.h"
#include "lib/observe/metrics.h"

namespace sidecar::controller {

// What pods are compared with.
struct ReportedTemplate {
  inject::Policy policy = inject::Policy::kEnabled;
  std::string hash;  // As status annotations name it.
};

struct RefusedOwner {
  std::string kind;
  std::string name;
  InjectionFailure failure;
};

// Keeps an InjectionReport in each namespace whose pods are injected: see
// crds/injectionreports.yaml. Reads pods page by page and keeps none; writes by server-side apply,
// on change only. Where the type is not installed, it does nothing.
//
// A namespace that is injected no longer gets a last report that says so, if this process has
// written the ones before.
//
// Belongs to one strand.
class ReportReconciler {
 public:
  // A round looks at no more; the next one goes on where it ended.
  static constexpr std::size_t kNamespacesPerRound = 100;
  // Of one namespace; the report says if there are more.
  static constexpr std::size_t kMostPods = 20'000;

  struct Options {
    std::function<bool()> may_write;                           // The leader may.
    std::function<std::optional<ReportedTemplate>()> current;  // Nothing: no configuration yet.
    std::function<std::vector<std::string>()> namespaces;      // That are injected, sorted.
    // Why a pod would not get its sidecar if it were created now; see ReportScope.
    std::function<std::optional<InjectionFailure>(const std::string& namespace_name,
                                                  const kube::Json& pod)>
        would_fail;
    // Workloads whose pods were refused.
    std::function<std::vector<RefusedOwner>(const std::string& namespace_name)> refused;
    std::function<std::chrono::system_clock::time_point()> now = &std::chrono::system_clock::now;
  };

  // What is passed outlives this; the metrics' last Render() precedes its end.
  ReportReconciler(Options options, kube::ApiClient& client, Logger& log,
                   observe::MetricRegistry& metrics);

  // One round. Whether the type is installed, as far as was asked.
  boost::asio::awaitable<bool> RunOnce();

 private:
  struct Task {
    std::string namespace_name;
    bool is_injected = true;
  };

  std::vector<Task> NextTasks();
  // One namespace. Whether the type is installed.
  boost::asio::awaitable<Result<bool>> Report(Task task, ReportedTemplate current);
  boost::asio::awaitable<Result<void>> Count(std::string namespace_name, InjectionReport& report);
  ReportScope ScopeOf(const Task& task, const ReportedTemplate& current) const;

  const Options options_;
  kube::ApiClient& client_;
  Logger& log_;
  observe::Counter& written_;
  observe::Counter& failures_;
  std::string last_;                // The namespace with which the last round ended.
  std::set<std::string> reported_;  // Namespaces with a report, as far as this process has seen.
  bool told_absent_ = false;
};

}  // namespace sidecar::controller
