#pragma once

#include <string>

namespace CLI {
class App;
}

namespace sidecar::cli {

// The page docs/COMMANDS.md: every visible command with its help, flags and examples, in Markdown.
// Made of the command line's own declaration; names no version, so that it changes with it only.
std::string CommandReference(const CLI::App& program);

}  // namespace sidecar::cli
