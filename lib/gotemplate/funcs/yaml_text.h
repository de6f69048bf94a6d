#pragma once

#include <string_view>

#include "lib/base/arena.h"
#include "lib/base/result.h"
#include "lib/gotemplate/value.h"
#include "lib/yaml/node.h"

namespace sidecar::gotemplate::funcs {

// sigs.k8s.io/yaml's Marshal: the JSON of the value (see ToNode, which says what it throws) as
// YAML, with its final line end.
std::string_view WriteYamlText(const Value& value, Arena& arena);

// yaml::ParseYaml and yaml::ParseJson, paid for before they begin: see work.h. Throw
// ArenaLimitExceeded.
Result<yaml::Node> ReadYamlText(std::string_view text, Arena& arena);
Result<yaml::Node> ReadJsonText(std::string_view text, Arena& arena);

}  // namespace sidecar::gotemplate::funcs
