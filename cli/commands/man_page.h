#pragma once

#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace sidecar::cli {

// The manual page of the program and all its subcommands, as man(7) source, made from the command
// line's own declaration.
std::string ManPage(const CLI::App& program, std::string_view version);

}  // namespace sidecar::cli
