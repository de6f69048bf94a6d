#pragma once

#include <span>

#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate {

// The functions of text/template that reach into collections (funcs.go of Go 1.26). Arguments are
// as they were evaluated: of kind kInterface, or invalid for nil, where Go's are. All throw
// FunctionError, with Go's text, where Go returns an error or panics.

// item[i][j]... of maps, slices, arrays and strings, through pointers. A map without the key gives
// the zero value of its elements.
Value Index(Arena& arena, const Value& item, std::span<const Value> indexes);

// item[i:j:k], of which any may be left out; of slices, strings and addressable arrays.
Value Slice(const Value& item, std::span<const Value> indexes);

// Of maps, slices, arrays and strings (bytes), through pointers.
std::size_t Length(const Value& item);

// The value as one of `type`, which a nil, an assignable value or another integer can be
// (funcs.go's prepareArg).
Value PrepareArgument(Arena& arena, const Value& value, const Type* type);

}  // namespace sidecar::gotemplate
