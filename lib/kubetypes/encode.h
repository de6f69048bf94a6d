#pragma once

#include "lib/base/arena.h"
#include "lib/gotemplate/value.h"
#include "lib/kubetypes/decode.h"
#include "lib/yaml/node.h"

namespace sidecar::kubetypes {

struct EncodeOptions {
  // Members in the order of Go's struct fields, as json.Marshal writes them; otherwise sorted, as
  // sigs.k8s.io/yaml does.
  bool go_order = false;
  UnknownMembers* unknown = nullptr;  // What Decode kept: written back where it was.
};

// The tree that json.Marshal writes for a Value whose types come from a TypeBuilder: omitempty,
// omitzero, inlined structs, fields that are always written; quantities in canonical form. The tree
// lies in `arena` and views the value's texts. Throws ArenaLimitExceeded only.
yaml::Node Encode(const gotemplate::Value& value, Arena& arena, const EncodeOptions& options = {});

}  // namespace sidecar::kubetypes
