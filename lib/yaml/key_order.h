#pragma once

#include <span>

#include "lib/yaml/node.h"

namespace sidecar::yaml {

// Whether yaml.v2 writes a mapping's key `a` before `b` (its keyList.Less): natural order, in which
// digits in texts compare as numbers and other characters come before letters. Keys that are no
// strings come first. Not transitive for every triple, as in Go.
bool KeyLess(const Member& a, const Member& b);

// Sorts the members of one mapping in that order. Safe although the order is not strict.
void SortByKey(std::span<const Member*> members);

}  // namespace sidecar::yaml
