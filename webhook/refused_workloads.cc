#include "webhook/refused_workloads.h"

#include <algorithm>
#include <utility>

namespace sidecar::webhook {

namespace {

constexpr std::chrono::minutes kRemembered{20};
constexpr std::size_t kLongestMessage = 1024;

// A ReplicaSet's name is its Deployment's and the hash of the pod template.
std::pair<std::string, std::string> WorkloadOf(const AdmissionOutcome& outcome) {
  const std::size_t slash = outcome.owner.find('/');
  std::string kind = outcome.owner.substr(0, slash);
  std::string name = outcome.owner.substr(slash + 1);
  const std::string suffix = '-' + outcome.pod_template_hash;
  if (kind == "ReplicaSet" && suffix.size() > 1 && name.ends_with(suffix)) {
    name.resize(name.size() - suffix.size());
    kind = "Deployment";
  }
  return {std::move(kind), std::move(name)};
}

}  // namespace

void RefusedWorkloads::Note(const AdmissionOutcome& outcome) {
  if (outcome.owner.empty() || outcome.dry_run || !outcome.reason.has_value()) return;
  if (outcome.allowed && !has_any_.load(std::memory_order_relaxed)) return;
  auto [kind, name] = WorkloadOf(outcome);
  Key key(outcome.namespace_name, std::move(kind), std::move(name));
  const std::lock_guard lock(mutex_);
  if (outcome.allowed) {
    refusals_.erase(key);
  } else {
    if (refusals_.size() >= kMost && refusals_.find(key) == refusals_.end()) {
      refusals_.erase(std::min_element(
          refusals_.begin(), refusals_.end(),
          [](const auto& left, const auto& right) { return left.second.at < right.second.at; }));
    }
    refusals_.insert_or_assign(
        std::move(key), Refusal{*outcome.reason, outcome.error.substr(0, kLongestMessage), now_()});
  }
  has_any_.store(!refusals_.empty(), std::memory_order_relaxed);
}

std::vector<RefusedWorkload> RefusedWorkloads::In(std::string_view namespace_name) const {
  std::vector<RefusedWorkload> found;
  const auto now = now_();
  const std::lock_guard lock(mutex_);
  const Key first(std::string(namespace_name), "", "");
  for (auto entry = refusals_.lower_bound(first); entry != refusals_.end(); ++entry) {
    const auto& [key, refusal] = *entry;
    if (std::get<0>(key) != namespace_name) break;
    if (now - refusal.at > kRemembered) continue;
    found.push_back({std::get<1>(key), std::get<2>(key), refusal.reason, refusal.message});
  }
  return found;
}

}  // namespace sidecar::webhook
