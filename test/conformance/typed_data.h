#pragma once

#include <string_view>

#include "lib/base/arena.h"
#include "lib/gotemplate/type.h"
#include "lib/gotemplate/value.h"
#include "lib/yaml/node.h"

namespace sidecar::conformance {

// The Go types of a typed_types.json, and "typed" data made of them: see the README beside it.
// Types, once made, stay for the program's life, as gotemplate::Type wants it.
//
// Not thread-safe.
class TypedData {
 public:
  // Makes the types that `types` (the file's content) names. Throws std::runtime_error.
  static void Load(const yaml::Node& types);

  // A type by its Go spelling. Throws std::runtime_error for one that is unknown.
  static const gotemplate::Type* ParseType(std::string_view text);

  // Data in which {"$": TYPE, "v": VALUE} is a value of a Go type, and all else what encoding/json
  // makes of it. Views into `node`; memory is of `arena`. Throws std::runtime_error.
  static gotemplate::Value Decode(const yaml::Node& node, Arena& arena);
};

}  // namespace sidecar::conformance
