#pragma once

#include <string>

#include "cli/commands/kube_inject_options.h"
#include "lib/base/result.h"
#include "lib/inject/config.h"
#include "lib/kubetypes/mesh_config.h"

namespace sidecar::cli {

// What `kube-inject` injects, and where it is from.
struct InjectSources {
  kubetypes::MeshConfig mesh;
  std::string mesh_note;  // What the person should know about the mesh; may be empty.
  inject::ConfigText config;
  // "inject.yaml" or "ConfigMap istio-system/istio-inject"; empty: the built-in template.
  std::string config_name;
};

// Reads both from files, from ConfigMaps, or takes the built-in ones, as Istio's kube-inject of
// that release does: a file beats a ConfigMap; the mesh is in a ConfigMap unless a file is named;
// the injection configuration only if a ConfigMap is named (0.6, 0.7), or by default (0.8 and
// later). Where no cluster is configured and none was asked for, the mesh is that of a fresh
// installation. Errors have Istio's texts.
Result<InjectSources> LoadInjectSources(const KubeInjectOptions& options);

}  // namespace sidecar::cli
