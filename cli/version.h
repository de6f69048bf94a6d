#pragma once

#include <string_view>

namespace sidecar::cli {

// The program's version, from Git at build time: cmake/SidecarVersion.cmake.
extern const std::string_view kVersion;

}  // namespace sidecar::cli
