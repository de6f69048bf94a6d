#pragma once

#include <optional>
#include <string_view>

#include "lib/base/arena.h"
#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate {

// The method `name` of a value's own method set, if it takes nothing and returns a string: what
// makes a value a fmt.Stringer, an error or a fmt.GoStringer. Addressability does not matter, as
// fmt looks at copies. Nothing if the value has no such method.
//
// Throws what the method throws, and FunctionError for a nil pointer on the way to the receiver.
std::optional<std::string_view> CallTextMethod(Arena& arena, const Value& value,
                                               std::string_view name);

}  // namespace sidecar::gotemplate
