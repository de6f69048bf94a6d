#pragma once

#include <cstdint>
#include <string>

#include "lib/yaml/node.h"

namespace sidecar::yaml {

// How floats are spelled.
enum class YamlFloats : std::uint8_t {
  kThroughJson,  // As sigs.k8s.io/yaml's Marshal, which writes JSON first: 1e6 becomes 1000000.
  kDirect,       // As yaml.v2 itself: 1e6 becomes 1e+06.
};

// Appends the document that sigs.k8s.io/yaml's Marshal writes for the value: keys in natural order,
// sequences not indented under their key, long lines folded at 80 columns, a line break at the end.
// Never fails: where Marshal would trip over its own JSON (DEL, C1 controls, keys of more than 1024
// characters), the value is written as yaml.v2 writes it.
//
// A string that is no UTF-8 becomes !!binary. Recursion is as deep as the tree. Pure, any thread.
void WriteYaml(const Node& node, std::string& out, YamlFloats floats = YamlFloats::kThroughJson);

}  // namespace sidecar::yaml
