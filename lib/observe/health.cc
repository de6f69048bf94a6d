#include "lib/observe/health.h"

#include <algorithm>
#include <utility>

namespace sidecar::observe {

Readiness::Readiness(std::vector<std::string> conditions) {
  for (std::string& name : conditions) {
    conditions_.push_back({std::move(name), false, "not yet"});
  }
}

void Readiness::Set(std::string_view condition, bool holds, std::string text) {
  const std::lock_guard lock(mutex_);
  auto entry = std::find_if(conditions_.begin(), conditions_.end(),
                            [&](const Condition& each) { return each.name == condition; });
  if (entry == conditions_.end()) {
    entry = conditions_.insert(entry, {std::string(condition), false, {}});
  }
  entry->holds = holds;
  entry->text = std::move(text);
}

bool Readiness::IsReady() const {
  const std::lock_guard lock(mutex_);
  return std::all_of(conditions_.begin(), conditions_.end(),
                     [](const Condition& each) { return each.holds; });
}

std::string Readiness::Describe() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  bool ready = true;
  for (const Condition& each : conditions_) {
    ready = ready && each.holds;
    out.append(each.holds ? "[+]" : "[-]").append(each.name).append(each.holds ? " ok" : " failed");
    if (!each.text.empty()) out.append(": ").append(each.text);
    out += '\n';
  }
  out += ready ? "readyz check passed\n" : "readyz check failed\n";
  return out;
}

}  // namespace sidecar::observe
