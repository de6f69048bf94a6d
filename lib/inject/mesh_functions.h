#pragma once

#include "lib/gotemplate/funcs/define.h"

namespace sidecar::inject {

// Those functions of Istio's InjectionFuncmap that read the mesh configuration as a message:
// protoToJSON and otelResourceAttributes. Templates may call them from any thread.
gotemplate::funcs::Group MeshFunctions();

}  // namespace sidecar::inject
