#pragma once

#include <optional>
#include <string_view>

namespace sidecar::controller {

// The injection configurations of config/injection, as they were when the program was built:
// "release" or "debug". Nothing for another name. Pure, any thread.
std::optional<std::string_view> FindDefaultConfig(std::string_view name);

}  // namespace sidecar::controller
