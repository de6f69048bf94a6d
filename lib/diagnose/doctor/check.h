#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/diagnose/doctor/snapshot.h"
#include "lib/diagnose/finding.h"

namespace sidecar::diagnose {

// Something that a check found.
struct CheckFinding {
  std::string object;   // "Service/injector"; empty: the cluster.
  std::string message;  // Names the values.
};

// What came of a check: findings; or why it could not be made; or nothing wrong.
struct CheckResult {
  std::vector<CheckFinding> findings = {};
  std::string skipped = {};
  std::string detail = {};  // Worth knowing even if nothing is wrong: "v1.20.2".

  void Add(std::string object, std::string message) {
    findings.push_back({std::move(object), std::move(message)});
  }
};

inline CheckResult Skip(std::string_view why) {
  return {.skipped = std::string(why)};
}
inline CheckResult Fine(std::string detail = {}) {
  return {.detail = std::move(detail)};
}

// One question that `doctor` asks: a pure function of what was seen. `rule` names it, says how bad
// it is and what to do about it.
struct Check {
  Rule rule;
  CheckResult (*run)(const DoctorSnapshot& snapshot) = nullptr;
};

}  // namespace sidecar::diagnose
