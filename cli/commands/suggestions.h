#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands/command_tree.h"

// Completion by words, as kubectl asks for it since 1.26: whoever types `kubectl sidecar st<TAB>`
// has kubectl run `kubectl_complete-sidecar st` and reads what it prints. Pure.

namespace sidecar::cli {

// What may stand in place of the last of `words`, which is what was typed of it so far and may be
// empty; those before it, without the program's name, decide what that is. In the format of cobra's
// __complete: a line for each, "word<tab>what it is", and ":0" where the shell may offer files if
// there is none, else ":4".
std::string Suggest(const Command& program, std::span<const std::string> words);

}  // namespace sidecar::cli
