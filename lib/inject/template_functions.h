#pragma once

#include "lib/gotemplate/template.h"

namespace sidecar::inject {

// The functions that injection templates may call: those of Istio's releases up to 1.0
// (formatDuration, isset) and all that came later, whatever release is reproduced. Made on first
// use, then immutable; any thread.
const gotemplate::FunctionMap& TemplateFunctions();

}  // namespace sidecar::inject
