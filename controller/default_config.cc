#include "controller/default_config.h"

#include <array>
#include <utility>

namespace sidecar::controller {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kConfigs = {{
#include "default_configs.inc"  // Written by CMake.
}};

}  // namespace

std::optional<std::string_view> FindDefaultConfig(std::string_view name) {
  for (const auto& [known, text] : kConfigs) {
    if (known == name) return text;
  }
  return std::nullopt;
}

}  // namespace sidecar::controller
