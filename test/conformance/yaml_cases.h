#pragma once

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace sidecar::conformance {

// Runs one YAML case (an object with "op", "input" or "input_b64", and "output", "output_b64" or
// "error") through lib/yaml. Nothing where the result is as expected, else what differs.
std::optional<std::string> RunYamlCase(const nlohmann::json& test_case);

}  // namespace sidecar::conformance
