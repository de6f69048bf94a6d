#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

// Showing a person what changes between two YAML texts.

namespace sidecar::cli {

// Runs the program diff, or the one that the environment variable SIDECAR_INJECTOR_DIFF names, over
// both texts; it prints to standard output. 0: they are the same, and nothing is run; else the
// program's exit code, 1 for a difference.
Result<int> ShowTextDiff(std::string_view before, std::string_view after);

// Appends a document as this program writes YAML, so that only meaning differs, and a "---" line;
// what is no YAML as it is.
void AppendYaml(std::string_view document, std::string& out);

}  // namespace sidecar::cli
