#pragma once

#include <string_view>

namespace sidecar::cli {

// The program's version, as the build was told it.
inline constexpr std::string_view kVersion = SIDECAR_VERSION;

}  // namespace sidecar::cli
