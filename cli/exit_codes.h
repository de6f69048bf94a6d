#pragma once

namespace sidecar::cli {

// What the program ends with, whatever the command.
inline constexpr int kExitOk = 0;
inline constexpr int kExitInputFailed = 1;  // It was understood, but failed, or found errors.
inline constexpr int kExitUsage = 2;        // Nothing was done: the command line is wrong.

}  // namespace sidecar::cli
