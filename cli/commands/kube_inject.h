#pragma once

#include "cli/commands/kube_inject_options.h"

namespace sidecar::cli {

// Runs `kube-inject`: reads, injects and writes document by document. Reports and errors go to
// standard error. Returns the exit code.
int RunKubeInject(KubeInjectOptions options);

}  // namespace sidecar::cli
