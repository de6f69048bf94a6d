#pragma once

#include <cstdint>
#include <string_view>

namespace sidecar::inject {

// The N of "yaml: line N: ...", the only place that says where a text is no YAML; 0 without one.
std::uint32_t LineOfYamlError(std::string_view message);

}  // namespace sidecar::inject
