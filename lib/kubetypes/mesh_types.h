#pragma once

#include "lib/gotemplate/type.h"
#include "lib/kubetypes/mesh_schema.h"

// The Go types of the mesh configuration, as templates see them: *v1alpha1.MeshConfig,
// *v1alpha1.ProxyConfig, *duration.Duration with their methods. Built on first use, then immutable;
// any thread.
namespace sidecar::kubetypes {

struct MeshTypes {
  const gotemplate::Type* mesh_config;   // v1alpha1.MeshConfig
  const gotemplate::Type* proxy_config;  // v1alpha1.ProxyConfig
};

const MeshTypes& MeshTypesOf(MeshRelease release);

// duration.Duration: Seconds int64, Nanos int32.
const gotemplate::Type* DurationMessageType();

}  // namespace sidecar::kubetypes
