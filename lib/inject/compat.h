#pragma once

#include <optional>
#include <string_view>
#include <utility>

#include "lib/kubetypes/mesh_schema.h"

namespace sidecar::inject {

// The Istio release whose behaviour is reproduced, where releases differ. Ordered by age.
//
//   what                               0.5.0  0.5.1  0.6  0.7  0.8  1.0
//   template delimiters                {{ }} ............... [[ ]] ...
//   istio-init privileged              always only with --debug ......
//   durations in the built-in template fixed  fixed  from the mesh ...
//   default discovery address port     15003  ..........15007 ........
//   imagePullSecrets in the status     no ................. yes ......
//   JSON Patch `remove` with a value   null .. no ....................
//   traffic annotations validated      no ................. yes ......
//
// The injectable kinds do not depend on it: List, DeploymentConfig and Pod, which Istio learnt in
// 0.6 and 1.0, are injected always. Nor do the functions that templates may call.
enum class Compat { k0_5_0, k0_5_1, k0_6, k0_7, k0_8, k1_0 };

// "0.5" (which is 0.5.0), "0.5.0", "0.5.1", "0.6", "0.7", "0.8" or "1.0"; a patch level ("0.7.1")
// is accepted, and makes a difference for 0.5 only.
std::optional<Compat> ParseCompat(std::string_view text);

// As ParseCompat reads it.
std::string_view ToString(Compat compat);

// Opening and closing delimiter of injection templates.
std::pair<std::string_view, std::string_view> TemplateDelimiters(Compat compat);

inline bool HasImagePullSecrets(Compat compat) {
  return compat >= Compat::k0_8;
}
inline bool RemovesWithNullValue(Compat compat) {
  return compat <= Compat::k0_5_1;
}
inline bool ValidatesAnnotations(Compat compat) {
  return compat >= Compat::k0_8;
}

// The mesh configuration that the release knew.
kubetypes::MeshRelease MeshReleaseOf(Compat compat);

// ProxyConfig.discoveryAddress of a mesh that sets none.
std::string_view DefaultDiscoveryAddress(Compat compat);

}  // namespace sidecar::inject
