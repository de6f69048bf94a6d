#pragma once

#include <filesystem>

#include <nlohmann/json_fwd.hpp>

#include "lib/inject/compat.h"
#include "test/conformance/report.h"

namespace sidecar::conformance {

// Mode webhook-patch: the JSON Patch for a pod against Istio's, operation for operation.
Outcome RunPatchCase(const nlohmann::json& test, const std::filesystem::path& folder,
                     inject::Compat compat);

// Mode webhook-pod-template: pods of workloads, patched, against what Istio's tests expect; what
// these leave out of the comparison is left out here, too.
Outcome RunPodTemplateCase(const nlohmann::json& test, const std::filesystem::path& folder,
                           inject::Compat compat);

}  // namespace sidecar::conformance
