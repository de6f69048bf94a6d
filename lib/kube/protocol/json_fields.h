#pragma once

#include <cstdint>
#include <string>

#include "lib/kube/json.h"

namespace sidecar::kube {

// The member of an object that somebody else wrote: empty or 0 where it is missing or something
// else.
std::string TextOf(const Json& object, const char* key);
std::int64_t NumberOf(const Json& object, const char* key);

}  // namespace sidecar::kube
