#include "cli/commands/rollout.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <nlohmann/json.hpp>

#include "lib/base/arena.h"
#include "lib/kube/protocol/resources.h"
#include "lib/yaml/json.h"

namespace sidecar::cli {
namespace {

using kube::Json;

// The value at a path; null (the pointer) where there is none.
const Json* At(const Json& object, const char* path) {
  const Json::json_pointer pointer(path);
  return object.is_object() && object.contains(pointer) ? &object.at(pointer) : nullptr;
}

std::int64_t NumberAt(const Json& object, const char* path, std::int64_t otherwise = 0) {
  const Json* const value = At(object, path);
  return value != nullptr && value->is_number_integer() ? value->get<std::int64_t>() : otherwise;
}

std::string TextAt(const Json& object, const char* path) {
  const Json* const value = At(object, path);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

enum class Rounding : std::uint8_t { kDown, kUp };

constexpr std::int64_t kHundred = 100;

// An IntOrString: a number, or a share of `total`.
std::int64_t CountAt(const Json& object, const char* path, std::int64_t total, Rounding rounding,
                     const std::string& otherwise) {
  const Json* const value = At(object, path);
  if (value != nullptr && value->is_number_integer()) return value->get<std::int64_t>();
  const std::string text =
      value != nullptr && value->is_string() ? value->get<std::string>() : otherwise;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return total;
  if (end == text.data() + text.size() || *end != '%') return number;
  number = std::min(number, kHundred);
  return (number * total + (rounding == Rounding::kUp ? kHundred - 1 : 0)) / kHundred;
}

struct Counts {
  std::int64_t wanted = 0;
  std::int64_t updated = 0;    // Of the newest template.
  std::int64_t all = 0;        // Old ones with them.
  std::int64_t available = 0;  // Of any template.
};

Counts CountsOf(const Json& owner) {
  const std::string kind = TextAt(owner, "/kind");
  if (kind == kube::kDaemonSets.kind) {
    const std::int64_t wanted = NumberAt(owner, "/status/desiredNumberScheduled");
    return {wanted, NumberAt(owner, "/status/updatedNumberScheduled"), wanted,
            NumberAt(owner, "/status/numberAvailable")};
  }
  const bool is_set = kind == kube::kStatefulSets.kind;
  return {NumberAt(owner, "/spec/replicas", 1), NumberAt(owner, "/status/updatedReplicas"),
          NumberAt(owner, "/status/replicas"),
          NumberAt(owner, is_set ? "/status/readyReplicas" : "/status/availableReplicas")};
}

// What a condition says that ends all hope, or why no pod can be created.
std::string ConditionText(const Json& owner, std::string_view type, std::string_view reason) {
  const Json* const conditions = At(owner, "/status/conditions");
  if (conditions == nullptr || !conditions->is_array()) return {};
  for (const Json& condition : *conditions) {
    const bool is_meant = TextAt(condition, "/type") == type &&
                          (reason.empty() || TextAt(condition, "/reason") == reason);
    if (is_meant) return TextAt(condition, "/message");
  }
  return {};
}

struct KindName {
  std::array<std::string_view, 3> spellings;
  const kube::Resource* resource = nullptr;
};
constexpr std::array kKinds = {
    KindName{{"deployment", "deployments", "deploy"}, &kube::kDeployments},
    KindName{{"statefulset", "statefulsets", "sts"}, &kube::kStatefulSets},
    KindName{{"daemonset", "daemonsets", "ds"}, &kube::kDaemonSets},
};

}  // namespace

const kube::Resource* FindRestartable(std::string_view kind) {
  std::string lower(kind.substr(0, kind.find('.')));
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  for (const KindName& known : kKinds) {
    const auto& names = known.spellings;
    if (std::find(names.begin(), names.end(), lower) != names.end()) return known.resource;
  }
  return nullptr;
}

std::string WhyNotRestartable(const Json& owner) {
  const Json* const paused = At(owner, "/spec/paused");
  if (paused != nullptr && *paused == true) return "its rollout is paused";
  if (TextAt(owner, "/spec/updateStrategy/type") == "OnDelete") {
    return "its update strategy is OnDelete: delete its pods";
  }
  return {};
}

Rollout RolloutOf(const Json& owner) {
  Rollout rollout;
  // A status of before the change says nothing.
  if (NumberAt(owner, "/status/observedGeneration") < NumberAt(owner, "/metadata/generation")) {
    rollout.text = "the change is not seen yet";
    return rollout;
  }
  rollout.failure = ConditionText(owner, "Progressing", "ProgressDeadlineExceeded");
  const Counts counts = CountsOf(owner);
  rollout.is_done = counts.updated >= counts.wanted && counts.all <= counts.wanted &&
                    counts.available >= counts.wanted;
  const std::string total = " of " + std::to_string(counts.wanted);
  if (counts.updated < counts.wanted) {
    rollout.text = std::to_string(counts.updated) + total + " pods are new";
  } else if (counts.all > counts.wanted) {
    rollout.text = std::to_string(counts.all - counts.wanted) + " old pods are still there";
  } else {
    rollout.text = std::to_string(counts.available) + total + " new pods are available";
  }
  const std::string refusal = ConditionText(owner, "ReplicaFailure", "");
  if (!refusal.empty()) rollout.text += ": " + refusal;
  return rollout;
}

kubetypes::Labels PodLabelsOf(const Json& owner) {
  kubetypes::Labels labels;
  const Json* const values = At(owner, "/spec/template/metadata/labels");
  if (values == nullptr || !values->is_object()) return labels;
  for (const auto& [key, value] : values->items()) {
    if (value.is_string()) labels.emplace(key, value.get<std::string>());
  }
  return labels;
}

std::int64_t TakesDown(const Json& owner) {
  const std::string kind = TextAt(owner, "/kind");
  if (kind == kube::kStatefulSets.kind) return 1;
  const bool is_set = kind == kube::kDaemonSets.kind;
  const std::int64_t total = is_set ? NumberAt(owner, "/status/desiredNumberScheduled")
                                    : NumberAt(owner, "/spec/replicas", 1);
  if (is_set) {
    return CountAt(owner, "/spec/updateStrategy/rollingUpdate/maxUnavailable", total, Rounding::kUp,
                   "1");
  }
  if (TextAt(owner, "/spec/strategy/type") == "Recreate") return total;
  const std::int64_t surge =
      CountAt(owner, "/spec/strategy/rollingUpdate/maxSurge", total, Rounding::kUp, "25%");
  const std::int64_t down =
      CountAt(owner, "/spec/strategy/rollingUpdate/maxUnavailable", total, Rounding::kDown, "25%");
  // As the Deployment controller's ResolveFenceposts has it: something has to move.
  return surge == 0 && down == 0 ? 1 : down;
}

std::vector<Budget> ReadBudgets(const Json& list) {
  std::vector<Budget> budgets;
  const Json* const items = At(list, "/items");
  if (items == nullptr || !items->is_array()) return budgets;
  const bool is_beta = TextAt(list, "/apiVersion") == "policy/v1beta1";
  for (const Json& item : *items) {
    const Json* const selector = At(item, "/spec/selector");
    if (selector == nullptr || selector->is_null() || (is_beta && selector->empty())) continue;
    Arena arena;
    const auto node =
        yaml::ParseJson(selector->dump(-1, ' ', false, Json::error_handler_t::replace), arena);
    if (!node.has_value()) continue;
    auto parsed = kubetypes::ParseLabelSelector(*node);
    if (!parsed.has_value()) continue;
    // A status of before a change of the budget allows nothing.
    const bool is_observed =
        NumberAt(item, "/status/observedGeneration") >= NumberAt(item, "/metadata/generation");
    budgets.push_back({TextAt(item, "/metadata/name"), *std::move(parsed),
                       is_observed ? NumberAt(item, "/status/disruptionsAllowed") : 0});
  }
  return budgets;
}

std::string ForbiddenBy(const std::vector<Budget>& budgets, const kubetypes::Labels& pod_labels,
                        std::int64_t takes_down) {
  for (const Budget& budget : budgets) {
    if (budget.allowed >= takes_down || !budget.selector.Matches(pod_labels)) continue;
    return "PodDisruptionBudget " + budget.name + " allows " + std::to_string(budget.allowed) +
           " pods to be down now, its rollout takes down " + std::to_string(takes_down);
  }
  return {};
}

std::string RestartPatch(const std::string& now) {
  const Json annotations = {{"kubectl.kubernetes.io/restartedAt", now}};
  const Json patch = {{"spec", {{"template", {{"metadata", {{"annotations", annotations}}}}}}}};
  return patch.dump();
}

bool HasReadyAddress(const Json& endpoints) {
  const Json* const subsets = At(endpoints, "/subsets");
  if (subsets == nullptr || !subsets->is_array()) return false;
  return std::any_of(subsets->begin(), subsets->end(), [](const Json& subset) {
    const Json* const addresses = At(subset, "/addresses");
    return addresses != nullptr && addresses->is_array() && !addresses->empty();
  });
}

}  // namespace sidecar::cli
