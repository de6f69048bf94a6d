#pragma once

#include <optional>

#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate {

// The operand that text/template gives to fmt for a value that is to be printed (exec.go's
// printableValue): what a pointer leads to; its address where only that has a String or Error
// method; the text "<no value>" for the invalid Value. Nothing for functions, which can't be
// printed.
std::optional<Value> PrintableValue(const Value& value);

// exec.go's indirect: follows pointers and interfaces to the end, or to the nil one in the way.
Value Indirect(Value value);

}  // namespace sidecar::gotemplate
