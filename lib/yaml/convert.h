#pragma once

#include <string>
#include <string_view>

#include "lib/base/arena.h"
#include "lib/base/result.h"
#include "lib/yaml/node.h"
#include "lib/yaml/parser.h"

// The conversions of sigs.k8s.io/yaml from text to text, errors worded as there. Pure, any thread.
namespace sidecar::yaml {

// YAMLToJSON, or YAMLToJSONStrict.
Result<std::string> YamlToJson(std::string_view text, Strictness strictness,
                               YamlLimits limits = {});

// JSONToYAML: the text is read as YAML.
Result<std::string> JsonToYaml(std::string_view text, YamlLimits limits = {});

// Marshal of a JSON value, by way of its JSON text as Go goes, and so with Go's failures where that
// text is no YAML (see WriteYaml, which is faster and never fails).
Result<std::string> MarshalYaml(const Node& node);

// Unmarshal into an interface{}: every number a float64.
Result<Node> UnmarshalYaml(std::string_view text, Arena& arena, YamlLimits limits = {});

// The value with every number a kFloat, as json.Unmarshal into an interface{} gives it.
Node NumbersAsFloat64(const Node& node, Arena& arena);

}  // namespace sidecar::yaml
