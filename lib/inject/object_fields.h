#pragma once

#include <string_view>

#include "lib/gotemplate/value.h"

namespace sidecar::inject {

// Access to fields of decoded objects by Go name. Each takes a struct Value; a missing field is a
// null pointer or an empty result, never an error.

// The slot of a field, own or promoted, for reading and writing.
gotemplate::Value* FieldSlot(const gotemplate::Value& object, std::string_view name);

// A string field's text.
std::string_view TextField(const gotemplate::Value& object, std::string_view name);

bool BoolField(const gotemplate::Value& object, std::string_view name);

// The elements of a slice field.
std::span<gotemplate::Value> ListField(const gotemplate::Value& object, std::string_view name);

// What is behind a slot that holds a struct or a pointer to one; the invalid Value for nil.
gotemplate::Value StructIn(const gotemplate::Value* slot);

}  // namespace sidecar::inject
