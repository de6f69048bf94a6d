#pragma once

#include "lib/base/arena.h"
#include "lib/gotemplate/value.h"
#include "lib/yaml/node.h"

// Data of the conformance cases that are Kubernetes objects, in the Go types of a pod_types.json:
// see the README beside it. Not thread-safe.
namespace sidecar::conformance {

// Makes the types that `types` (the file's content, which must stay) names. Throws
// std::runtime_error.
void LoadPodTypes(const yaml::Node& types);

// "pod" data: a *inject.SidecarTemplateData of Istio 0.5 made from `data`'s four keys, each absent
// for a nil pointer. Throws std::runtime_error for what cannot be decoded.
gotemplate::Value DecodePodData(const yaml::Node& data, Arena& arena);

// "pod-modern" data: today's SidecarTemplateData, by the names of its Go fields.
gotemplate::Value DecodeModernPodData(const yaml::Node& data, Arena& arena);

}  // namespace sidecar::conformance
