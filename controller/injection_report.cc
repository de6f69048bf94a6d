#include "controller/injection_report.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "controller/condition.h"
#include "controller/json_field.h"
#include "lib/inject/status.h"

namespace sidecar::controller {

namespace {

constexpr const char* kStale = "Stale";
constexpr const char* kMissing = "Missing";
constexpr const char* kFailed = "Failed";
constexpr const char* kHashLabel = "pod-template-hash";
// As in crds/injectionreports.yaml.
constexpr std::size_t kLongestMessage = 512;
constexpr std::size_t kLongestHash = 64;

// The string member of an object whose keys hold dots.
std::optional<std::string> MemberOf(const Json* object, const char* key) {
  if (object == nullptr || !object->is_object()) return std::nullopt;
  const auto member = object->find(key);
  if (member == object->end() || !member->is_string()) return std::nullopt;
  return member->get<std::string>();
}

bool HasEnded(const Json& pod) {
  const std::string phase = StringField(pod, "status.phase");
  return phase == "Succeeded" || phase == "Failed" ||
         FindField(pod, "metadata.deletionTimestamp") != nullptr;
}

inject::Reason DecideAbout(const Json& pod, const ReportScope& scope) {
  const Json* const annotations = FindField(pod, "metadata.annotations");
  const Json* const labels = FindField(pod, "metadata.labels");
  const Json* const host_network = FindField(pod, "spec.hostNetwork");
  const std::optional<std::string> wish = MemberOf(annotations, "sidecar.istio.io/inject");
  inject::PodFacts facts;
  facts.namespace_name = scope.namespace_name;
  facts.host_network = host_network != nullptr && *host_network == true;
  facts.is_mirror = MemberOf(annotations, "kubernetes.io/config.mirror").has_value();
  if (wish.has_value()) facts.inject_annotation = *wish;
  // As the webhook's objectSelector.
  if (MemberOf(labels, "sidecar.istio.io/inject") == "false") {
    return inject::Reason::kAnnotationOptOut;
  }
  return inject::Decide(facts, scope.policy, inject::Trigger::kWebhook);
}

// What a person would restart: the Deployment of a ReplicaSet, whose name is the Deployment's and
// the hash of its pod template.
std::pair<std::string, std::string> OwnerOf(const Json& pod) {
  const Json* const owners = FindField(pod, "metadata.ownerReferences");
  if (owners != nullptr && owners->is_array()) {
    for (const Json& owner : *owners) {
      const Json* const controls = FindField(owner, "controller");
      if (controls == nullptr || *controls != true) continue;
      std::string kind = StringField(owner, "kind");
      std::string name = StringField(owner, "name");
      const auto hash = MemberOf(FindField(pod, "metadata.labels"), kHashLabel);
      if (kind == "ReplicaSet" && hash.has_value() && name.ends_with("-" + *hash)) {
        name.resize(name.size() - hash->size() - 1);
        kind = "Deployment";
      }
      return {std::move(kind), std::move(name)};
    }
  }
  return {"Pod", StringField(pod, "metadata.name")};
}

// The `since` of each owner of a stored status, by kind, name and state.
std::map<std::tuple<std::string, std::string, std::string>, std::string> SinceOf(
    const Json& status) {
  std::map<std::tuple<std::string, std::string, std::string>, std::string> since;
  const Json* const owners = FindField(status, "owners");
  if (owners == nullptr || !owners->is_array()) return since;
  for (const Json& owner : *owners) {
    since[{StringField(owner, "kind"), StringField(owner, "name"), StringField(owner, "state")}] =
        StringField(owner, "since");
  }
  return since;
}

}  // namespace

InjectionReport::Owner* InjectionReport::FindOwner(OwnerKey key) {
  const auto known = owners_.find(key);
  if (known != owners_.end()) return &known->second;
  if (owners_.size() >= kMostOwnersRemembered) {
    overflowed_ = true;
    return nullptr;
  }
  return &owners_[std::move(key)];
}

void InjectionReport::AddOwner(const Json& pod, const char* state, Owner seen) {
  auto [kind, name] = OwnerOf(pod);
  Owner* const owner = FindOwner({std::move(kind), std::move(name), state});
  if (owner == nullptr) return;
  seen.pods = owner->pods + 1;
  *owner = std::move(seen);
}

void InjectionReport::AddRefused(std::string kind, std::string name,
                                 const InjectionFailure& failure) {
  OwnerKey key(std::move(kind), std::move(name), kFailed);
  if (owners_.find(key) != owners_.end()) return;
  ++failed_;
  if (Owner* const owner = FindOwner(std::move(key))) owner->failure = failure;
}

std::optional<InjectionFailure> InjectionReport::FailureOf(const Json& pod) {
  if (!scope_.would_fail) return std::nullopt;
  auto [kind, name] = OwnerOf(pod);
  OwnerKey key(std::move(kind), std::move(name),
               MemberOf(FindField(pod, "metadata.labels"), kHashLabel).value_or(""));
  const auto known = tried_.find(key);
  if (known != tried_.end()) return known->second;
  if (tried_.size() >= kMostOwnersRemembered) return std::nullopt;
  return tried_.emplace(std::move(key), scope_.would_fail(pod)).first->second;
}

void InjectionReport::Add(const Json& pod) {
  if (HasEnded(pod)) return;
  const auto annotation =
      MemberOf(FindField(pod, "metadata.annotations"), "sidecar.istio.io/status");
  if (annotation.has_value()) {
    const std::optional<inject::Status> status = inject::ParseStatus(*annotation);
    std::string hash = status.has_value() ? status->version : "";
    if (hash == scope_.template_hash) {
      ++injected_;
    } else {
      ++stale_;
      AddOwner(pod, kStale, {.have_hash = std::move(hash)});
    }
    return;
  }
  switch (scope_.is_selected ? DecideAbout(pod, scope_) : inject::Reason::kSystemNamespace) {
    case inject::Reason::kInjected: break;
    case inject::Reason::kAnnotationOptOut: ++opted_out_; return;
    default: ++skipped_; return;
  }
  if (std::optional<InjectionFailure> failure = FailureOf(pod)) {
    ++failed_;
    AddOwner(pod, kFailed, {.failure = *std::move(failure)});
  } else {
    ++missing_;
    AddOwner(pod, kMissing, {});
  }
}

Json InjectionReport::Conditions() const {
  using enum ConditionStatus;
  Json all = Json::array();
  all.push_back(incomplete_ ? MakeCondition("Complete", kFalse, "TooManyPods",
                                            "there are more pods than are looked at")
                            : MakeCondition("Complete", kTrue, "AllPods", ""));
  if (failed_ > 0) {
    all.push_back(MakeCondition("UpToDate", kFalse, "InjectionFails",
                                "the owners' messages say what is wrong"));
  } else if (stale_ + missing_ > 0) {
    all.push_back(MakeCondition("UpToDate", kFalse, "RestartNeeded",
                                "pods get the current sidecar when they are restarted"));
  } else {
    all.push_back(MakeCondition("UpToDate", kTrue, "AsWanted", ""));
  }
  return all;
}

Json InjectionReport::Status(const Json& previous, std::string_view now) const {
  const auto known = SinceOf(previous);
  std::vector<Json> owners;
  owners.reserve(owners_.size());
  for (const auto& [key, owner] : owners_) {
    const auto seen = known.find(key);
    const bool stands_longer = seen != known.end() && !seen->second.empty();
    Json entry = {{"kind", std::get<0>(key)},
                  {"name", std::get<1>(key)},
                  {"state", std::get<2>(key)},
                  {"pods", owner.pods},
                  {"since", stands_longer ? seen->second : std::string(now)}};
    if (!owner.have_hash.empty()) entry["haveHash"] = Shorten(owner.have_hash, kLongestHash);
    if (!owner.failure.reason.empty()) {
      entry["reason"] = owner.failure.reason;
      entry["message"] = Shorten(owner.failure.message, kLongestMessage);
    }
    owners.push_back(std::move(entry));
  }
  // The map's order among those that stand equally long.
  std::stable_sort(owners.begin(), owners.end(), [](const Json& left, const Json& right) {
    return left.at("since").get_ref<const std::string&>() <
           right.at("since").get_ref<const std::string&>();
  });
  const bool truncated = overflowed_ || owners.size() > kMostOwners;
  if (owners.size() > kMostOwners) owners.resize(kMostOwners);
  Json conditions = Conditions();
  const Json* const before = FindField(previous, "conditions");
  CarryTransitions(conditions, before != nullptr ? *before : Json(), now);
  Json status = {{"observedAt", now},
                 {"templateHash", scope_.template_hash},
                 {"summary",
                  {{"injected", injected_},
                   {"stale", stale_},
                   {"missing", missing_},
                   {"failed", failed_},
                   {"skipped", skipped_},
                   {"optedOut", opted_out_}}},
                 {"truncated", truncated},
                 {"conditions", std::move(conditions)}};
  if (!owners.empty()) status["owners"] = std::move(owners);
  return status;
}

Json MakeInjectionReport(const std::string& namespace_name, Json status) {
  return {{"apiVersion", "sidecar-injector.istio.io/v1alpha1"},
          {"kind", "InjectionReport"},
          {"metadata", {{"name", kReportName}, {"namespace", namespace_name}}},
          {"status", std::move(status)}};
}

}  // namespace sidecar::controller
