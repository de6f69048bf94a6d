#include "cli/cluster_check.h"

#include <deque>
#include <utility>

#include "cli/cluster_pages.h"
#include "cli/cluster_scope.h"
#include "cli/print.h"
#include "lib/kube/protocol/resources.h"

namespace sidecar::cli {
namespace {

using diagnose::Object;
using diagnose::ObjectSet;

// What makes pods. Of what these own, the owner is looked at.
constexpr const kube::Resource* kWorkloads[] = {
    &kube::kDeployments, &kube::kStatefulSets, &kube::kDaemonSets,
    &kube::kReplicaSets, &kube::kJobs,         &kube::kReplicationControllers};

class Checker {
 public:
  Checker(ClusterClient& cluster, const std::string& namespace_name,
          const diagnose::InjectionScope& scope, const diagnose::MeshCheckOptions& options)
      : cluster_(cluster), namespace_name_(namespace_name), check_(scope, options) {}

  Result<ClusterCheck> Run() && {
    if (auto done = KeepServices(); !done.has_value()) return std::move(done).error();
    for (const kube::Resource* const resource : kWorkloads) {
      if (auto done = CheckIfAllowed(*resource); !done.has_value()) return std::move(done).error();
    }
    Result<void> jobs = CheckIfAllowed(kube::kCronJobs);
    if (!jobs.has_value() && jobs.error().code == ErrorCode::kNotFound) {
      jobs = CheckIfAllowed(kube::kCronJobsV1Beta1);
    }
    if (!jobs.has_value()) return std::move(jobs).error();
    if (auto done = CheckAll(kube::kPods); !done.has_value()) return std::move(done).error();
    result_.findings = check_.TakeFindings();
    return std::move(result_);
  }

 private:
  Result<void> KeepServices() {
    return ForEachPage(cluster_, kube::kServices, namespace_name_, [&](ObjectSet& page) {
      const ObjectSet& kept = services_.emplace_back(std::move(page));
      for (const Object& object : kept.objects()) check_.AddService(object);
      result_.objects += kept.objects().size();
    });
  }

  Result<void> CheckAll(const kube::Resource& resource) {
    return ForEachPage(cluster_, resource, namespace_name_, [&](const ObjectSet& page) {
      for (const Object& object : page.objects()) check_.Check(object);
      result_.objects += page.objects().size();
    });
  }

  Result<void> CheckIfAllowed(const kube::Resource& resource) {
    Result<void> done = CheckAll(resource);
    if (done.has_value() || done.error().code != ErrorCode::kForbidden) return done;
    PrintNote("warning: " + done.error().message);
    return {};
  }

  ClusterClient& cluster_;
  const std::string& namespace_name_;
  diagnose::MeshCheck check_;
  std::deque<ObjectSet> services_;  // A deque, which moves none of them.
  ClusterCheck result_;
};

}  // namespace

Result<ClusterCheck> CheckCluster(ClusterClient& cluster, const std::string& namespace_name,
                                  const diagnose::MeshCheckOptions& options, bool assume_enabled) {
  diagnose::MeshCheckOptions all = options;
  all.has_all_services = true;
  return RetryExpired([&]() -> Result<ClusterCheck> {
    ASSIGN_OR_RETURN(const auto scope, FetchScope(cluster, namespace_name, assume_enabled));
    return Checker(cluster, namespace_name, scope, all).Run();
  });
}

}  // namespace sidecar::cli
