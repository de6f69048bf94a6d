#pragma once

#include <optional>
#include <string_view>

#include "lib/base/error.h"
#include "lib/gotemplate/value.h"
#include "lib/kubetypes/mesh_schema.h"

namespace sidecar::kubetypes {

// Checks a *v1alpha1.MeshConfig of the release (mesh_types.h) as Istio's model.ValidateMeshConfig
// does: ports in 1..65535; addresses host:port; durations in whole milliseconds; connect timeouts
// 1ms to 30s; refresh delays 1s to 10m; drain before parent shutdown, both in whole seconds up to
// 1h. All faults are told at once: "2 errors occurred:\n\n* ...\n* ...".
std::optional<Error> ValidateMeshConfig(const gotemplate::Value& mesh_config, MeshRelease release);

// model.ValidateProxyAddress: what is wrong with a host:port; nothing if it is well formed. Before
// 1.0 the host is a lower case DNS name or an IPv4 address; later an IPv6 address in brackets and
// upper case, too.
std::optional<std::string> ProxyAddressFault(std::string_view address, MeshRelease release);

}  // namespace sidecar::kubetypes
