#include "controller/injection_report.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "controller/json_field.h"
#include "lib/inject/status.h"

namespace sidecar::controller {

namespace {

constexpr const char* kStale = "Stale";
constexpr const char* kMissing = "Missing";

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
      const auto hash = MemberOf(FindField(pod, "metadata.labels"), "pod-template-hash");
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

void InjectionReport::AddOwner(const Json& pod, const char* state, const std::string& have_hash) {
  auto [kind, name] = OwnerOf(pod);
  OwnerKey key(std::move(kind), std::move(name), state);
  if (owners_.size() >= kMostOwnersRemembered && owners_.find(key) == owners_.end()) {
    overflowed_ = true;
    return;
  }
  Owner& owner = owners_[std::move(key)];
  ++owner.pods;
  owner.have_hash = have_hash;
}

void InjectionReport::Add(const Json& pod) {
  if (HasEnded(pod)) return;
  const auto annotation =
      MemberOf(FindField(pod, "metadata.annotations"), "sidecar.istio.io/status");
  if (annotation.has_value()) {
    const std::optional<inject::Status> status = inject::ParseStatus(*annotation);
    const std::string hash = status.has_value() ? status->version : "";
    if (hash == scope_.template_hash) {
      ++injected_;
    } else {
      ++stale_;
      AddOwner(pod, kStale, hash);
    }
    return;
  }
  switch (DecideAbout(pod, scope_)) {
    case inject::Reason::kInjected:
      ++missing_;
      AddOwner(pod, kMissing, {});
      return;
    case inject::Reason::kAnnotationOptOut: ++opted_out_; return;
    default: ++skipped_;
  }
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
    if (!owner.have_hash.empty()) entry["haveHash"] = owner.have_hash;
    owners.push_back(std::move(entry));
  }
  // The map's order among those that stand equally long.
  std::stable_sort(owners.begin(), owners.end(), [](const Json& left, const Json& right) {
    return left.at("since").get_ref<const std::string&>() <
           right.at("since").get_ref<const std::string&>();
  });
  const bool truncated = overflowed_ || owners.size() > kMostOwners;
  if (owners.size() > kMostOwners) owners.resize(kMostOwners);
  return {{"observedAt", now},
          {"templateHash", scope_.template_hash},
          {"summary",
           {{"injected", injected_},
            {"stale", stale_},
            {"missing", missing_},
            {"failed", 0},
            {"skipped", skipped_},
            {"optedOut", opted_out_}}},
          {"truncated", truncated},
          {"owners", std::move(owners)}};
}

bool SameReport(const Json& left, const Json& right) {
  if (!left.is_object() || !right.is_object()) return left == right;
  Json one = left;
  Json other = right;
  one.erase("observedAt");
  other.erase("observedAt");
  return one == other;
}

Json MakeInjectionReport(const std::string& namespace_name) {
  return {{"apiVersion", "sidecar-injector.istio.io/v1alpha1"},
          {"kind", "InjectionReport"},
          {"metadata", {{"name", "injection"}, {"namespace", namespace_name}}}};
}

Json MakeInjectionReport(const std::string& namespace_name, Json status) {
  Json report = MakeInjectionReport(namespace_name);
  report["status"] = std::move(status);
  return report;
}

}  // namespace sidecar::controller
