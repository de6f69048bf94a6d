#include "cli/cluster_survey.h"

#include <map>
#include <set>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/diagnose/pod_template.h"
#include "lib/kube/protocol/resources.h"

namespace sidecar::cli {
namespace {

using diagnose::InjectionTally;
using diagnose::Object;
using diagnose::ObjectSet;

constexpr std::int64_t kPageSize = 500;
// Lists expire after some five minutes.
constexpr int kTries = 3;

constexpr const char* kInjectionLabel = "istio-injection";

std::string ContinueOf(const kube::Json& list) {
  const kube::Json::json_pointer path("/metadata/continue");
  if (!list.contains(path) || !list.at(path).is_string()) return {};
  return list.at(path).get<std::string>();
}

std::set<std::string, std::less<>> EnabledAmong(const ObjectSet& objects) {
  std::set<std::string, std::less<>> enabled;
  for (const Object& object : objects.objects()) {
    if (object.kind != kube::kNamespaces.kind) continue;
    if (IsEnabled(kubetypes::ReadLabels(object.node.Find("metadata")))) {
      enabled.emplace(object.name);
    }
  }
  return enabled;
}

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

Result<InjectionTally> SurveyOnce(ClusterClient& cluster, const std::string& namespace_name,
                                  const diagnose::TallyOptions& options) {
  InjectionTally tally(options);
  std::set<std::string, std::less<>> enabled;
  if (namespace_name.empty()) {
    Result<void> listed = ForEachPage(cluster, kube::kNamespaces, "", [&](const ObjectSet& page) {
      enabled.merge(EnabledAmong(page));
    });
    if (!listed.has_value()) return std::move(listed).error();
  } else {
    auto found = cluster.Call(kube::GetRequest(kube::kNamespaces, "", namespace_name));
    if (!found.has_value()) return std::move(found).error();
    ObjectSet set;
    const std::string text = TextOf(*std::move(found), kube::kNamespaces.kind);
    if (auto added = set.AddDocument(text, {}); !added.has_value()) return added.error();
    enabled = EnabledAmong(set);
  }
  Result<void> listed =
      ForEachPage(cluster, kube::kPods, namespace_name, [&](const ObjectSet& page) {
        for (const Object& object : page.objects()) {
          const auto pod = diagnose::FindPodTemplate(object);
          if (pod.has_value() && pod->is_pod) {
            tally.AddPod(*pod, enabled.contains(object.namespace_name));
          }
        }
      });
  if (!listed.has_value()) return std::move(listed).error();
  listed = ForEachPage(cluster, kube::kDeployments, namespace_name, [&](const ObjectSet& page) {
    for (const Object& object : page.objects()) AddDeployment(object, tally);
  });
  if (!listed.has_value()) return std::move(listed).error();
  return tally;
}

}  // namespace

std::string TextOf(kube::Json reply, std::string_view kind) {
  // Items of a list do not say what they are: it follows from the list's kind.
  const bool says_nothing = !reply.contains("kind") || reply.at("kind") == "List";
  if (reply.is_object() && says_nothing) reply["kind"] = kind;
  return reply.dump(-1, ' ', false, kube::Json::error_handler_t::replace);
}

Result<void> ForEachPage(ClusterClient& cluster, const kube::Resource& resource,
                         const std::string& namespace_name,
                         const std::function<void(const ObjectSet&)>& each) {
  kube::ListOptions options;
  options.limit = kPageSize;
  do {
    std::string text;
    {
      ASSIGN_OR_RETURN(kube::Json page,
                       cluster.Call(kube::ListRequest(resource, namespace_name, options)));
      options.continue_token = ContinueOf(page);
      text = TextOf(std::move(page), std::string(resource.kind) + "List");
    }
    ObjectSet set;
    if (Result<void> added = set.AddDocument(text, {}); !added.has_value()) return added;
    each(set);
  } while (!options.continue_token.empty());
  return {};
}

bool IsEnabled(const kubetypes::Labels& namespace_labels) {
  const auto label = namespace_labels.find(kInjectionLabel);
  return label != namespace_labels.end() && label->second == "enabled";
}

Result<InjectionTally> SurveyCluster(ClusterClient& cluster, const std::string& namespace_name,
                                     const diagnose::TallyOptions& options) {
  for (int attempt = 1;; ++attempt) {
    Result<InjectionTally> tally = SurveyOnce(cluster, namespace_name, options);
    const bool is_expired = !tally.has_value() && tally.error().code == ErrorCode::kGone;
    if (!is_expired || attempt == kTries) return tally;
  }
}

InjectionTally SurveyObjects(const ObjectSet& objects, bool assume_enabled,
                             const diagnose::TallyOptions& options) {
  InjectionTally tally(options);
  const auto enabled = EnabledAmong(objects);
  std::set<std::string_view> known;
  for (const Object& object : objects.objects()) {
    if (object.kind == kube::kNamespaces.kind) known.insert(object.name);
  }
  for (const Object& object : objects.objects()) {
    const auto pod = diagnose::FindPodTemplate(object);
    if (pod.has_value() && pod->is_pod) {
      const bool is_assumed = assume_enabled && !known.contains(object.namespace_name);
      tally.AddPod(*pod, is_assumed || enabled.contains(object.namespace_name));
    }
    AddDeployment(object, tally);
  }
  return tally;
}

}  // namespace sidecar::cli
