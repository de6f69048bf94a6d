#include "cli/cluster_survey.h"

#include <string_view>
#include <utility>

#include "cli/cluster_pages.h"
#include "cli/cluster_scope.h"
#include "lib/diagnose/current_images.h"
#include "lib/diagnose/pod_template.h"
#include "lib/kube/protocol/resources.h"

namespace sidecar::cli {
namespace {

using diagnose::InjectionTally;
using diagnose::Object;
using diagnose::ObjectSet;

// The words of a webhook's refusal in the conditions of a Deployment; empty without one.
std::string_view RefusalOf(const Object& deployment) {
  const yaml::Node* const conditions =
      diagnose::FindPath(deployment.node, {"status", "conditions"});
  if (conditions == nullptr) return {};
  for (const yaml::Node& condition : conditions->AsSequence()) {
    const bool is_failure = diagnose::TextAt(condition, {"type"}) == "ReplicaFailure" &&
                            diagnose::TextAt(condition, {"status"}) == "True";
    const std::string_view message = diagnose::TextAt(condition, {"message"});
    if (is_failure && message.find("webhook") != std::string_view::npos) return message;
  }
  return {};
}

void AddDeployment(const Object& object, InjectionTally& tally) {
  if (object.kind != kube::kDeployments.kind) return;
  const std::string_view refusal = RefusalOf(object);
  if (refusal.empty()) return;
  tally.AddFailure(
      {std::string(object.namespace_name), std::string(object.kind), std::string(object.name)},
      std::string(refusal));
}

void AddPod(const Object& object, const diagnose::InjectionScope& scope, InjectionTally& tally) {
  const auto pod = diagnose::FindPodTemplate(object);
  if (!pod.has_value() || !pod->is_pod) return;
  tally.AddPod(*pod, scope.SelectionOf(object.namespace_name, pod->labels));
}

Result<InjectionTally> SurveyOnce(ClusterClient& cluster, const std::string& namespace_name,
                                  const diagnose::TallyOptions& options, bool assume_enabled) {
  InjectionTally tally(options);
  ASSIGN_OR_RETURN(const auto scope, FetchScope(cluster, namespace_name, assume_enabled));
  Result<void> listed =
      ForEachPage(cluster, kube::kPods, namespace_name, [&](const ObjectSet& page) {
        for (const Object& object : page.objects()) AddPod(object, scope, tally);
      });
  if (!listed.has_value()) return std::move(listed).error();
  listed = ForEachPage(cluster, kube::kDeployments, namespace_name, [&](const ObjectSet& page) {
    for (const Object& object : page.objects()) AddDeployment(object, tally);
  });
  if (!listed.has_value()) return std::move(listed).error();
  return tally;
}

}  // namespace

diagnose::TallyOptions TallyOptionsFor(std::shared_ptr<const webhook::InjectionSnapshot> snapshot) {
  diagnose::TallyOptions options;
  options.policy = snapshot->renderer->config().policy();
  options.current_version = snapshot->renderer->config().version();
  options.current_images = [snapshot = std::move(snapshot)](const diagnose::PodTemplate& pod) {
    return diagnose::CurrentImages(*snapshot->renderer, pod);
  };
  return options;
}

Result<InjectionTally> SurveyCluster(ClusterClient& cluster, const std::string& namespace_name,
                                     const diagnose::TallyOptions& options, bool assume_enabled) {
  return RetryExpired([&] { return SurveyOnce(cluster, namespace_name, options, assume_enabled); });
}

InjectionTally SurveyObjects(const ObjectSet& objects, const diagnose::InjectionScope& scope,
                             const diagnose::TallyOptions& options) {
  InjectionTally tally(options);
  for (const Object& object : objects.objects()) {
    AddPod(object, scope, tally);
    AddDeployment(object, tally);
  }
  return tally;
}

}  // namespace sidecar::cli
