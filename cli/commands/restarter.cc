#include "cli/commands/restarter.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <thread>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/kube/protocol/resources.h"

namespace sidecar::cli {
namespace {

using diagnose::OwnerKey;
using std::chrono::steady_clock;

std::string Now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&now, &utc);
  constexpr std::size_t kLength = sizeof("2006-01-02T15:04:05Z");
  std::array<char, kLength> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text.data();
}

// Whether asking again may help.
bool IsPassing(const Error& error) {
  return error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kDeadlineExceeded;
}

}  // namespace

std::vector<RestartResult> Restarter::Run(std::vector<OwnerKey> owners) {
  total_ = owners.size();
  while (!owners.empty()) {
    const std::size_t begun_before = begun_;
    blocked_.clear();
    RunPass(owners);
    const bool is_worth_another = begun_ > begun_before && stop_reason_.empty();
    owners.clear();
    for (const auto& [owner, why] : blocked_) {
      if (is_worth_another) {
        owners.push_back(owner);
      } else {
        Conclude(owner, RestartOutcome::kLeftOut, why);
      }
    }
  }
  return std::move(results_);
}

void Restarter::RunPass(const std::vector<OwnerKey>& owners) {
  for (const OwnerKey& owner : owners) {
    while (stop_reason_.empty() && rolling_.size() >= options_.max_unavailable) WaitForOne();
    if (stop_reason_.empty() && !options_.services.empty()) {
      const Result<void> ready = CheckInjector();
      if (!ready.has_value()) stop_reason_ = ready.error().message;
    }
    if (!stop_reason_.empty()) {
      Conclude(owner, RestartOutcome::kNotBegun, stop_reason_);
      continue;
    }
    Restart(owner);
  }
  // What has begun goes on by itself; how it ends is worth knowing even after a failure.
  while (!rolling_.empty()) WaitForOne();
}

void Restarter::Restart(const OwnerKey& owner) {
  const kube::Resource* const resource = FindRestartable(owner.kind);
  if (resource == nullptr) {
    return Conclude(owner, RestartOutcome::kLeftOut,
                    "what is a " + owner.kind + " cannot be restarted, create it anew");
  }
  auto object = cluster_.Call(kube::GetRequest(*resource, owner.namespace_name, owner.name));
  if (!object.has_value()) {
    const bool is_gone = object.error().code == ErrorCode::kNotFound;
    return Conclude(owner, is_gone ? RestartOutcome::kLeftOut : RestartOutcome::kFailed,
                    object.error().message);
  }
  (*object)["kind"] = resource->kind;
  const Result<std::string> obstacle = FindObstacle(owner, *object);
  if (!obstacle.has_value()) {
    return Conclude(owner, RestartOutcome::kFailed, obstacle.error().message);
  }
  if (!obstacle->empty()) return;
  if (options_.dry_run) return Conclude(owner, RestartOutcome::kWouldRestart);
  const Result<void> applied = Apply(owner);
  if (!applied.has_value()) {
    return Conclude(owner, RestartOutcome::kFailed, applied.error().message);
  }
  ++begun_;
  display_.Line(TitleOf(owner) + ": restarting");
  rolling_.push_back({owner, steady_clock::now() + options_.timeout});
}

Result<std::string> Restarter::FindObstacle(const OwnerKey& owner, const kube::Json& object) {
  std::string why = WhyNotRestartable(object);
  if (!why.empty()) {
    Conclude(owner, RestartOutcome::kLeftOut, why);
    return why;
  }
  const std::int64_t takes_down = TakesDown(object);
  if (takes_down == 0) return std::string();
  ASSIGN_OR_RETURN(const std::vector<Budget> budgets, BudgetsOf(owner.namespace_name));
  why = ForbiddenBy(budgets, PodLabelsOf(object), takes_down);
  if (!why.empty()) blocked_[owner] = why;
  return why;
}

Result<void> Restarter::Apply(const OwnerKey& owner) {
  kube::Patch patch;
  patch.body = RestartPatch(Now());
  const auto patched = cluster_.Call(kube::PatchRequest(
      *FindRestartable(owner.kind), owner.namespace_name, owner.name, std::move(patch)));
  if (!patched.has_value()) return patched.error();
  return {};
}

Result<std::vector<Budget>> Restarter::BudgetsOf(const std::string& namespace_name) {
  auto list = cluster_.Call(kube::ListRequest(kube::kPodDisruptionBudgets, namespace_name, {}));
  if (!list.has_value() && list.error().code == ErrorCode::kNotFound) {
    list = cluster_.Call(kube::ListRequest(kube::kPodDisruptionBudgetsV1Beta1, namespace_name, {}));
  }
  if (!list.has_value()) return std::move(list).error();
  return ReadBudgets(*list);
}

Result<void> Restarter::CheckInjector() {
  for (const InjectorService& service : options_.services) {
    if (auto ready = CheckReady(cluster_, service); !ready.has_value()) return ready;
  }
  return {};
}

void Restarter::WaitForOne() {
  while (true) {
    const auto is_through = [this](const Rolling& rolling) { return Poll(rolling); };
    const auto first = std::find_if(rolling_.begin(), rolling_.end(), is_through);
    if (first != rolling_.end()) {
      rolling_.erase(first);
      return;
    }
    std::this_thread::sleep_for(options_.poll_interval);
  }
}

bool Restarter::Poll(const Rolling& rolling) {
  const OwnerKey& owner = rolling.owner;
  std::string text;
  auto object = cluster_.Call(
      kube::GetRequest(*FindRestartable(owner.kind), owner.namespace_name, owner.name));
  if (object.has_value()) {
    (*object)["kind"] = owner.kind;
    const Rollout rollout = RolloutOf(*object);
    if (rollout.is_done) {
      Conclude(owner, RestartOutcome::kRestarted);
      return true;
    }
    if (!rollout.failure.empty()) {
      stop_reason_ = TitleOf(owner) + " failed";
      Conclude(owner, RestartOutcome::kFailed, rollout.failure);
      return true;
    }
    text = rollout.text;
  } else if (!IsPassing(object.error())) {
    const bool is_gone = object.error().code == ErrorCode::kNotFound;
    if (!is_gone) stop_reason_ = TitleOf(owner) + " failed";
    Conclude(owner, is_gone ? RestartOutcome::kLeftOut : RestartOutcome::kFailed,
             object.error().message);
    return true;
  } else {
    text = object.error().message;
  }
  display_.Progress(results_.size(), total_, TitleOf(owner) + ": " + text);
  if (steady_clock::now() < rolling.deadline) return false;
  stop_reason_ = TitleOf(owner) + " is not available again";
  Conclude(owner, RestartOutcome::kFailed,
           "not available again after " + std::to_string(options_.timeout.count()) + " s: " + text);
  return true;
}

void Restarter::Conclude(const OwnerKey& owner, RestartOutcome outcome, std::string reason) {
  results_.push_back({owner, outcome, std::move(reason)});
  display_.Line(LineOf(results_.back()));
  display_.Progress(results_.size(), total_, "");
}

}  // namespace sidecar::cli
