#pragma once

#include <string_view>

#include "lib/base/arena.h"
#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate::funcs {

// sigs.k8s.io/yaml's Marshal: the JSON of the value (see ToNode, which says what it throws) as
// YAML, with its final line end.
std::string_view WriteYamlText(const Value& value, Arena& arena);

}  // namespace sidecar::gotemplate::funcs
