#pragma once

#include <string_view>

namespace sidecar::cli {

// The custom resource definitions of crds/, as they were when the program was built: one YAML
// stream.
std::string_view CustomResourceDefinitions();

}  // namespace sidecar::cli
