#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace sidecar::cli {

// Declares -f/--filename, which may be given more than once, and -R/--recursive. What they are
// bound to must outlive the parsing.
void AddInputFlags(CLI::App& command, std::vector<std::string>& filenames, bool& recursive);

}  // namespace sidecar::cli
