#pragma once

#include "lib/base/arena.h"
#include "lib/gotemplate/value.h"
#include "lib/yaml/node.h"

namespace sidecar::gotemplate::funcs {

// The value as encoding/json encodes it: members of structs under their JSON names in Go's order,
// those of maps in the order of their keys, empty ones left out where the field says so, []byte in
// base64, nil slices and maps as null. A type that has a method MarshalJSON, returning a text or a
// []byte, is what that text says.
//
// The tree lies in `arena` and shares its texts with the value. Throws FunctionError with
// encoding/json's text ("json: unsupported type: complex128", a cycle, NaN), ArenaLimitExceeded
// for what would be too long a text.
yaml::Node ToNode(const Value& value, Arena& arena);

}  // namespace sidecar::gotemplate::funcs
