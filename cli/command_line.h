#pragma once

namespace sidecar::cli {

// The whole program: parses the arguments, runs the subcommand, returns the exit code.
int Main(int argc, const char* const* argv);

}  // namespace sidecar::cli
