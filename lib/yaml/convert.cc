#include "lib/yaml/convert.h"

#include <algorithm>
#include <utility>

#include "lib/yaml/json.h"
#include "lib/yaml/writer.h"

namespace sidecar::yaml {

Result<std::string> YamlToJson(std::string_view text, Strictness strictness, YamlLimits limits) {
  Arena arena;
  YamlOptions options;
  options.limits = limits;
  options.strictness = strictness;
  options.keep_bytes = true;  // Written as an escape, as json.Marshal does, not as the character.
  ASSIGN_OR_RETURN(const Node node, ParseYaml(text, arena, options));
  std::string json;
  WriteJson(node, json);
  return json;
}

Result<std::string> JsonToYaml(std::string_view text, YamlLimits limits) {
  Arena arena;
  YamlOptions options;
  options.limits = limits;
  options.keep_yaml_values = true;
  ASSIGN_OR_RETURN(const Node node, ParseYaml(text, arena, options));
  std::string yaml;
  WriteYaml(node, yaml, YamlFloats::kDirect);
  return yaml;
}

Result<std::string> MarshalYaml(const Node& node) {
  std::string json;
  WriteJson(node, json);
  Result<std::string> yaml = JsonToYaml(json);
  if (!yaml) return std::move(yaml).error().Annotate("error converting JSON to YAML");
  return yaml;
}

Result<Node> UnmarshalYaml(std::string_view text, Arena& arena, YamlLimits limits) {
  Result<Node> node = ParseYaml(text, arena, limits);
  if (!node) return std::move(node).error().Annotate("error converting YAML to JSON");
  return NumbersAsFloat64(*node, arena);
}

Node NumbersAsFloat64(const Node& node, Arena& arena) {
  Node converted = node;
  converted.literal = nullptr;
  switch (node.kind) {
    case NodeKind::kInt:
    case NodeKind::kUint:
    case NodeKind::kFloat: {
      const double value = node.kind == NodeKind::kInt ? static_cast<double>(node.integer)
                           : node.kind == NodeKind::kUint
                               ? static_cast<double>(node.unsigned_integer)
                               : node.real;
      converted = Node::Float(value);
      converted.line = node.line;
      break;
    }
    case NodeKind::kSequence: {
      const auto elements = arena.NewArray<Node>(node.size);
      std::transform(node.elements, node.elements + node.size, elements.begin(),
                     [&](const Node& element) { return NumbersAsFloat64(element, arena); });
      converted.elements = elements.data();
      break;
    }
    case NodeKind::kMapping: {
      const auto members = arena.NewArray<Member>(node.size);
      std::copy_n(node.members, node.size, members.begin());
      for (Member& member : members) member.value = NumbersAsFloat64(member.value, arena);
      converted.members = members.data();
      break;
    }
    default: break;
  }
  return converted;
}

}  // namespace sidecar::yaml
