#pragma once

#include <string>

#include "lib/gotemplate/node.h"

namespace sidecar::gotemplate {

enum class TextFormat {
  kPlain,   // Text as it is.
  kQuoted,  // Text as Go's %q shows it: how parse trees are compared.
};

// What Go's Node.String gives: the node as it could have been written. Execution errors quote it.
std::string Print(const Node& node, TextFormat format = TextFormat::kPlain);

// "name:line:column" of a node, as Go's Tree.ErrorContext has it: lines from 1, columns from 0 and
// in bytes.
std::string Location(const Source& source, const Node& node);

}  // namespace sidecar::gotemplate
