#pragma once

#include <span>
#include <string_view>

namespace sidecar::conformance {

// Runs the cases.json of each folder, in the format of conformance/istio: input, configuration and
// mesh through the product's own library, compared byte by byte (space around the text aside) with
// what Istio wrote. Istio of that time injected twice and asked no pod, so both is allowed here.
// A file policy.json or http.json of that format may stand for a folder.
// Prints a report; returns the exit code.
int RunIstioFolders(std::span<const std::string_view> folders);

}  // namespace sidecar::conformance
