#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "lib/base/result.h"
#include "lib/inject/config.h"
#include "lib/kubetypes/mesh_config.h"

namespace sidecar::conformance {

// Throws std::runtime_error.
std::string ReadFile(const std::filesystem::path& path);

// What a case of conformance/istio injects with.
struct IstioSetup {
  std::shared_ptr<const inject::Config> config;
  std::shared_ptr<const kubetypes::MeshConfig> mesh;
};

// Loads the files that the case names; they lie in `folder`.
Result<IstioSetup> LoadSetup(const nlohmann::json& test, const std::filesystem::path& folder,
                             inject::Compat compat);

}  // namespace sidecar::conformance
