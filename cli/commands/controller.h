#pragma once

#include "cli/commands/controller_options.h"

namespace sidecar::cli {

// Runs `controller` until a signal stops it. Returns the exit code.
int RunController(ControllerFlags flags);

}  // namespace sidecar::cli
