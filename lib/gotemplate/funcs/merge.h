#pragma once

#include "lib/base/arena.h"
#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate::funcs {

// imdario/mergo's Merge (or MergeWithOverwrite) of one map into another (not nil), which it
// changes: keys that
// `target` lacks or has with an empty value come from `source`, and with `overwrite` all others
// too, empty ones included; maps under the same key are merged in turn. What comes from `source` is
// shared with it. Structs and pointees stay as they are.
//
// Throws FunctionError where a value does not fit the target's element type, or the maps are nested
// too deeply.
void Merge(const Value& target, const Value& source, bool overwrite, Arena& arena);

}  // namespace sidecar::gotemplate::funcs
