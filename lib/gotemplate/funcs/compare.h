#pragma once

#include <span>

#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate {

// The comparison functions of text/template (funcs.go of Go 1.26). Arguments are as they were
// evaluated: of kind kInterface, or invalid for nil, where Go's are.
//
// Integers of any size and sign compare by value, never with floats. All throw FunctionError, with
// Go's text, for arguments that do not compare.

// Whether `first` equals any of the others, of which there must be one.
bool IsEqualToAny(const Value& first, std::span<const Value> others);

bool IsEqual(const Value& one, const Value& other);
bool IsLess(const Value& one, const Value& other);
bool IsLessOrEqual(const Value& one, const Value& other);

}  // namespace sidecar::gotemplate
