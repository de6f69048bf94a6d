#pragma once

#include "cli/commands/kube_inject_options.h"

namespace sidecar::cli {

// What programs end with.
inline constexpr int kExitOk = 0;
inline constexpr int kExitInputFailed = 1;  // An input could not be injected; nothing was written.
inline constexpr int kExitUsage = 2;

// Runs `kube-inject`: reads, injects and writes document by document. Reports and errors go to
// standard error. Returns the exit code.
int RunKubeInject(KubeInjectOptions options);

// Prints "Error: <message>", as cobra does.
void PrintError(std::string_view message);

}  // namespace sidecar::cli
