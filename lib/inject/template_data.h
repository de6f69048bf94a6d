#pragma once

#include "lib/base/arena.h"
#include "lib/gotemplate/value.h"
#include "lib/inject/workload.h"
#include "lib/kubetypes/mesh_config.h"

namespace sidecar::inject {

// What templates see as dot: a *inject.SidecarTemplateData with the pointers ObjectMeta, Spec,
// ProxyConfig and MeshConfig. Views the pod's own structs, nothing is copied; slots lie in `arena`.
// `pod` and `mesh` must outlive the value's use.
gotemplate::Value MakeTemplateData(const PodParts& pod, const kubetypes::MeshConfig& mesh,
                                   Arena& arena);

}  // namespace sidecar::inject
