#pragma once

#include <span>
#include <string_view>

namespace sidecar::conformance {

// `conformance gotemplate FILE...`: runs files of template and YAML cases whose answers real Go
// gave, through the product's own code. Prints to standard output; returns the exit status.
int RunGotemplateFiles(std::span<const std::string_view> paths);

}  // namespace sidecar::conformance
