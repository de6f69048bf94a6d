#include "lib/diagnose/doctor/snapshot_config.h"

#include <utility>

#include "lib/diagnose/config_lint.h"

namespace sidecar::diagnose {
namespace {

using MeshPtr = std::shared_ptr<const kubetypes::MeshConfig>;

Result<MeshPtr> ParseMesh(const DoctorSnapshot& snapshot, std::string_view text) {
  kubetypes::MeshConfigOptions options;
  options.release = inject::MeshReleaseOf(snapshot.compat);
  ASSIGN_OR_RETURN(kubetypes::MeshConfig mesh, kubetypes::LoadMeshConfig(text, options));
  return std::make_shared<const kubetypes::MeshConfig>(std::move(mesh));
}

}  // namespace

Result<MeshPtr> ReadMesh(const DoctorSnapshot& snapshot) {
  return ParseMesh(snapshot, snapshot.mesh_config.value_or(""));
}

std::vector<Finding> LintInjection(const DoctorSnapshot& snapshot) {
  auto mesh = ReadMesh(snapshot);
  if (!mesh.has_value()) mesh = ParseMesh(snapshot, "");
  if (!mesh.has_value()) return {};
  return LintConfig(*snapshot.inject_config, *mesh, {.compat = snapshot.compat});
}

}  // namespace sidecar::diagnose
