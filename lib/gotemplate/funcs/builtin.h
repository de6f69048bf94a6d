#pragma once

#include <string_view>

#include "lib/gotemplate/type.h"

namespace sidecar::gotemplate {

// The functions that every template has (text/template's builtins): and, call, eq, ge, gt, html,
// index, js, le, len, lt, ne, not, or, print, printf, println, slice, urlquery. Null where there is
// none of that name. Thread-safe; what it returns lives as long as the program.
//
// Execution treats `and` and `or` itself, since they stop at the first argument that decides; here
// they get all their arguments. For `call` it uses funcs/call.h, to name the callee in errors.
const Function* FindBuiltin(std::string_view name);

}  // namespace sidecar::gotemplate
