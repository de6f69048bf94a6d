#include "test/conformance/istio_setup.h"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

namespace sidecar::conformance {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Result<IstioSetup> LoadSetup(const nlohmann::json& test, const std::filesystem::path& folder,
                             inject::Compat compat) {
  ASSIGN_OR_RETURN(const inject::ConfigText text,
                   inject::ParseConfig(ReadFile(folder / test.at("injectConfig"))));
  IstioSetup setup;
  ASSIGN_OR_RETURN(setup.config, inject::Config::Compile(text, compat));
  if (setup.config->version() != test.at("templateSha256")) {
    return Error{ErrorCode::kInternal, "template's hash is " + setup.config->version()};
  }
  kubetypes::MeshConfigOptions options;
  options.release = inject::MeshReleaseOf(compat);
  options.validate = test.value("meshValidation", "") != "off";
  ASSIGN_OR_RETURN(kubetypes::MeshConfig mesh,
                   kubetypes::LoadMeshConfig(ReadFile(folder / test.at("mesh")), options));
  setup.mesh = std::make_shared<const kubetypes::MeshConfig>(std::move(mesh));
  return setup;
}

}  // namespace sidecar::conformance
