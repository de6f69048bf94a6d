#pragma once

#include <vector>

#include "lib/gotemplate/type.h"

namespace sidecar::kubetypes {

// The Go methods of a named type that templates may call, sorted by name: of Quantity, IntOrString,
// the times, ResourceList, ObjectMeta. Empty for most types. `type` has its name and fields.
std::vector<gotemplate::Method> MethodsOf(const gotemplate::Type* type);

}  // namespace sidecar::kubetypes
