#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/gotemplate/value.h"

// What sprig makes of arguments of any type: numbers as spf13/cast reads them, texts as its strval
// does, truth as its empty does. Pure functions; a value is a dynamic one, invalid for nil.
namespace sidecar::gotemplate::funcs {

// cast.ToInt64 and cast.ToFloat64: 0 for what has no number in it. Texts are numbers in Go's syntax
// ("0x1f", "1_000"; fractions only of zeros for integers); defined types ("type Level int") are no
// numbers; pointers are followed.
std::int64_t ToInt64(const Value& value);
double ToFloat64(const Value& value);

// Go's conversion of a float to an integer on amd64: the least integer for what does not fit.
std::int64_t TruncateToInt64(double value);

// What fmt's %v prints.
std::string_view PrintValue(const Value& value, Arena& arena);

// sprig's strval: a text itself, the bytes of a []byte, else as %v prints it.
std::string_view ToText(const Value& value, Arena& arena);

// sprig's strslice: the elements of a list (nil left out) as ToText; none of nil; else one text.
std::vector<std::string_view> ToTexts(const Value& value, Arena& arena);

// sprig's empty: nil, false, 0, "" and what has length 0. Structs are never empty.
bool IsEmpty(const Value& value);

}  // namespace sidecar::gotemplate::funcs
