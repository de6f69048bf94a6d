#pragma once

#include <nlohmann/json_fwd.hpp>

#include "test/conformance/report.h"

namespace sidecar::conformance {

// policy.json: for which pods injection is required.
void RunPolicyCases(const nlohmann::json& file, Report& report);

// http.json: requests to the endpoint, and what Istio 0.6 answers.
void RunHttpCases(const nlohmann::json& file, Report& report);

}  // namespace sidecar::conformance
