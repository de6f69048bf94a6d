#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lib/diagnose/doctor/check.h"

namespace sidecar::diagnose {

// Checks about one thing.
struct CheckGroup {
  std::string_view title;  // "certificates"
  std::vector<const Check*> checks;
};

// All that `doctor` asks, from what everything else rests on to the probe that proves the whole.
const std::vector<CheckGroup>& DoctorChecks();

enum class CheckStatus : std::uint8_t { kOk, kSkipped, kInfo, kWarning, kError };

// "ok", "skipped", "info", ...
std::string_view ToString(CheckStatus status);

struct CheckReport {
  std::string_view group;
  const Check* check = nullptr;
  CheckStatus status = CheckStatus::kOk;
  CheckResult result;
};

// Makes all checks. Pure.
std::vector<CheckReport> Examine(const DoctorSnapshot& snapshot);

}  // namespace sidecar::diagnose
