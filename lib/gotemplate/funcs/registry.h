#pragma once

#include <span>
#include <string_view>

#include "lib/base/result.h"
#include "lib/gotemplate/funcs/define.h"
#include "lib/gotemplate/funcs/policy.h"
#include "lib/gotemplate/template.h"
#include "lib/gotemplate/type.h"

namespace sidecar::gotemplate {

// The functions of all groups by name; later groups replace functions of earlier ones. Those that
// the policy refuses are there, and have a Function::refusal.
FunctionMap MakeFunctions(std::span<const funcs::Group> groups, const Policy& policy = {});

// The Go types that Istio's functions take. One that is null leaves out the functions that need it.
struct IstioTypes {
  const Type* object_meta = nullptr;  // v1.ObjectMeta, for annotation.
  const Type* container = nullptr;    // v1.Container, for applicationPorts and includeInboundPorts.
  const Type* duration = nullptr;     // *durationpb.Duration or *types.Duration: formatDuration.
};

// sprig's functions, overlaid with those of Istio's InjectionFuncmap (which replace sprig's
// `indent`, `contains` and `omit`).
FunctionMap MakeIstioFunctions(const IstioTypes& types, const Policy& policy = {});

// The functions that a user chooses by one name: "none" (the builtins alone), "sprig" (Masterminds'
// sprig v3, TxtFuncMap), "istio" (MakeIstioFunctions without types), "helm" (sprig less env and
// expandenv, plus Helm 3's toYaml, include and their like). Error: kNotFound, naming the choices.
Result<FunctionMap> MakeFunctionSet(std::string_view name, const Policy& policy);

// The same under the default policy: nothing from outside the template. Made on first use, kept for
// the rest of the program; safe from any thread.
Result<const FunctionMap*> FindFunctions(std::string_view name);

}  // namespace sidecar::gotemplate
