#pragma once

#include <string>
#include <string_view>

#include "lib/kube/json.h"

namespace sidecar::controller {

// Reading objects of an API server without trusting their shape. Pure, any thread.

using kube::Json;

// The value at `path`, keys joined by dots ("metadata.labels"); null (the pointer) where there is
// none, and where something on the way is no object.
const Json* FindField(const Json& object, std::string_view path);

// The string at `path`; empty where there is none.
std::string StringField(const Json& object, std::string_view path);

}  // namespace sidecar::controller
