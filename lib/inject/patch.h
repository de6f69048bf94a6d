#pragma once

#include <memory>
#include <string>

#include "lib/base/result.h"
#include "lib/inject/compat.h"
#include "lib/inject/pod_injection.h"
#include "lib/yaml/node.h"

namespace sidecar::inject {

// The JSON Patch (RFC 6902) that carries an injection out on `pod`, a JSON object: Istio's
// operations in Istio's order (createPatch of 0.5 to 1.0). What an earlier injection added is
// removed, the highest index of each list first; then come the new init containers, containers,
// volumes and image pull secrets, at the end of their lists; then the status annotation.
//
// An API server applies it to its own encoding of the pod, in which `metadata` and `spec` are
// always objects; those may be absent here.
//
// The injection comes from a Renderer with Rendered::Use::kPatch, for this pod. Every operation is
// checked against what the pod will look like by then; one that could not be applied is an error
// (kInternal for a wrong index, kInvalidArgument for a pod of the wrong shape), since an API server
// turns the pod down for it, whatever the failure policy. Takes time and memory of what is added,
// whatever the pod's size. Pure.
Result<std::string> MakePatch(const yaml::Node& pod, const PodInjection& injection, Compat compat);

// The same in base64, as an AdmissionReview carries it. Where nothing of an earlier injection is
// removed, it is made once for all pods of a shape and kept in the injection's rendering.
Result<std::shared_ptr<const std::string>> MakeEncodedPatch(const yaml::Node& pod,
                                                            const PodInjection& injection,
                                                            Compat compat);

// Whether the pod has what the patch would give it: its status annotation says so, and every part
// that the patch would replace is the same. Mounts that an API server added since, for the service
// account's token, do not count. Such a pod needs no patch.
bool IsCarriedOut(const yaml::Node& pod, const PodInjection& injection);

}  // namespace sidecar::inject
