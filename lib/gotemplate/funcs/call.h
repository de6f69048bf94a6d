#pragma once

#include <span>
#include <string_view>

#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate {

// What {{call fn a b}} does: calls a function that is a value (funcs.go's call). `name` is the
// callee as the template has it, for error messages. `callee` and `arguments` are as they were
// evaluated: of kind kInterface, or invalid for nil, where Go's are.
//
// Throws FunctionError, with Go's text, for what is no function, for arguments that do not fit, and
// for what the function itself throws.
Value Call(Arena& arena, std::string_view name, const Value& callee,
           std::span<const Value> arguments);

}  // namespace sidecar::gotemplate
