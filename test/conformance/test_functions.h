#pragma once

#include "lib/gotemplate/template.h"

namespace sidecar::conformance {

// The function set "gotest": the plain functions of Go's exec_test.go. Lives as long as the
// program.
const gotemplate::FunctionMap& TestFunctions();

}  // namespace sidecar::conformance
