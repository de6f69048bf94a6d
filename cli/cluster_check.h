#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/cluster_client.h"
#include "lib/base/result.h"
#include "lib/diagnose/mesh_check.h"

namespace sidecar::cli {

struct ClusterCheck {
  std::vector<diagnose::Finding> findings;
  std::size_t objects = 0;  // That were looked at.
};

// Checks what runs in one namespace or, if `namespace_name` is empty, in all, by the rules that
// files are checked by. Lists are read in pages, and only Services are kept. What may not be
// listed, but for Services and pods, is left out, and told on standard error. `assume_enabled` is
// about namespaces that may not be read.
Result<ClusterCheck> CheckCluster(ClusterClient& cluster, const std::string& namespace_name,
                                  const diagnose::MeshCheckOptions& options,
                                  bool assume_enabled = false);

}  // namespace sidecar::cli
