#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace CLI {
class App;
}

namespace sidecar::cli {

// A completion script for `shell` ("bash", "zsh" or "fish") that knows the program's subcommands,
// their flags, and the values of flags that take one of a few. Made from the command line's own
// declaration, so that it cannot fall behind.
Result<std::string> Completion(const CLI::App& program, std::string_view shell);

}  // namespace sidecar::cli
