#pragma once

#include <span>

#include "lib/base/arena.h"
#include "lib/gotemplate/value.h"

// What the API server would fill into the parts of a pod, as Istio 0.5 to 1.0 does for what it
// injects: without it the API server's own defaulting, which ran before the webhook, is missed.
// (inject.applyDefaultsWorkaround, which runs Kubernetes' SetObjectDefaults_Pod.)
//
// Every function changes the Values in place; what it adds lies in `arena`. A value that is set is
// never changed, but for resource amounts, which are rounded up to milli.
namespace sidecar::kubetypes {

// Values of core/v1.Container.
void SetContainerDefaults(std::span<gotemplate::Value> containers, Arena& arena);

// Values of core/v1.Volume.
void SetVolumeDefaults(std::span<gotemplate::Value> volumes, Arena& arena);

// All parts of a value of inject.SidecarInjectionSpec.
void SetInjectionDefaults(const gotemplate::Value& spec, Arena& arena);

}  // namespace sidecar::kubetypes
