#pragma once

#include <memory>
#include <string_view>

#include "lib/base/arena.h"
#include "lib/base/result.h"
#include "lib/gotemplate/value.h"
#include "lib/kubetypes/mesh_schema.h"
#include "lib/yaml/node.h"

namespace sidecar::kubetypes {

// A mesh configuration with all defaults applied: what templates see as .MeshConfig and
// .ProxyConfig. Owns its values. Immutable: any number of threads may read it and the Values, which
// live as long as the object they came from (moving it does not disturb them).
class MeshConfig {
 public:
  // A *v1alpha1.MeshConfig; never nil.
  gotemplate::Value mesh_config() const { return mesh_config_; }
  // A *v1alpha1.ProxyConfig, the DefaultConfig of the former; never nil.
  gotemplate::Value proxy_config() const { return proxy_config_; }

 private:
  friend class MeshConfigLoader;

  std::unique_ptr<Arena> arena_;
  gotemplate::Value mesh_config_;
  gotemplate::Value proxy_config_;
};

struct MeshConfigOptions {
  MeshRelease release = MeshRelease::k0_5_0;
  bool validate = true;  // As mesh_validation.h says.
};

// model.DefaultMeshConfig of the release.
MeshConfig DefaultMeshConfig(MeshRelease release);

// A mesh configuration file: the proto3 JSON mapping of MeshConfig (proto_json.h), in YAML. An
// empty text or `{}` is the defaults. As Istio's model.ApplyMeshConfigDefaults, `defaultConfig` is
// laid field by field over the default ProxyConfig, where "", 0 and false in the file do not count;
// such a value at the top level does.
//
// Errors are kInvalidArgument with Istio's texts: "failed to convert to proto. ..." for what cannot
// be read, with the place added, " (line 2: defaultConfig.drainDuration)"; else the validation's.
Result<MeshConfig> LoadMeshConfig(std::string_view text, const MeshConfigOptions& options = {});

// The same of a document that was read before; it need not outlive the call.
Result<MeshConfig> LoadMeshConfig(const yaml::Node& document,
                                  const MeshConfigOptions& options = {});

}  // namespace sidecar::kubetypes
