#pragma once

#include <string_view>

#include "lib/gotemplate/funcs/policy.h"
#include "lib/gotemplate/funcs/registry.h"
#include "lib/gotemplate/template.h"
#include "lib/inject/compat.h"

namespace sidecar::inject {

// The types of objects, as templates see them, that Istio's functions take.
gotemplate::IstioTypes IstioTemplateTypes();

// The functions that injection templates may call: Istio's of all releases and sprig's, whatever
// release is reproduced. Those that the policy refuses are an error where a template calls them.
gotemplate::FunctionMap MakeTemplateFunctions(const gotemplate::Policy& policy);

// The same under the default policy: templates take nothing from outside. Made on first use, then
// immutable; any thread.
const gotemplate::FunctionMap& TemplateFunctions();

// Whether templates could call the function in that release of Istio already: Go's builtins always,
// formatDuration since 0.6, isset since 0.8, and all else later. All are offered whatever release
// is reproduced; this is for those who want to know whether a template works there too.
bool WasOffered(std::string_view function, Compat release);

}  // namespace sidecar::inject
