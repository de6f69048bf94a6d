#include "webhook/decision_log.h"

#include <utility>

namespace sidecar::webhook {
namespace {

// What a name is copied for, lives on: a hostile one may be as long as a request.
std::string Cut(std::string text) {
  if (text.size() > DecisionLog::kMaxNameBytes) return text.substr(0, DecisionLog::kMaxNameBytes);
  return text;
}

}  // namespace

void DecisionLog::Add(Decision decision) {
  decision.namespace_name = Cut(std::move(decision.namespace_name));
  decision.pod = Cut(std::move(decision.pod));
  decision.owner = Cut(std::move(decision.owner));
  const std::lock_guard lock(mutex_);
  const std::size_t place = total_++ % kKept;
  if (place == ring_.size()) {
    ring_.push_back(std::move(decision));
  } else {
    std::swap(ring_[place], decision);
  }
}

std::vector<Decision> DecisionLog::Latest() const {
  const std::lock_guard lock(mutex_);
  std::vector<Decision> latest;
  latest.reserve(ring_.size());
  for (std::size_t age = 1; age <= ring_.size(); ++age) {
    latest.push_back(ring_[(total_ - age) % kKept]);
  }
  return latest;
}

std::uint64_t DecisionLog::total() const {
  const std::lock_guard lock(mutex_);
  return total_;
}

}  // namespace sidecar::webhook
