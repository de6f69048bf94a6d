#pragma once

#include <memory>
#include <vector>

#include "lib/base/result.h"
#include "lib/diagnose/doctor/snapshot.h"
#include "lib/diagnose/finding.h"
#include "lib/kubetypes/mesh_config.h"

namespace sidecar::diagnose {

// The snapshot's mesh configuration, read as the injector does; the release's defaults where there
// is none.
Result<std::shared_ptr<const kubetypes::MeshConfig>> ReadMesh(const DoctorSnapshot& snapshot);

// What LintConfig has to say of the snapshot's injection configuration, which must be there. A mesh
// configuration that cannot be read is taken for the defaults.
std::vector<Finding> LintInjection(const DoctorSnapshot& snapshot);

}  // namespace sidecar::diagnose
