#include "cli/commands/kube_inject_sources.h"

#include <optional>
#include <utility>

#include "cli/cluster_client.h"
#include "cli/input_files.h"
#include "lib/inject/builtin_template.h"

namespace sidecar::cli {

namespace {

using inject::Compat;

constexpr const char* kMeshKey = "mesh";
constexpr const char* kConfigKey = "config";

std::string Quote(const std::string& text) {
  return '"' + text + '"';
}

// Reads what the options ask for; connects when the first ConfigMap is needed.
class Loader {
 public:
  explicit Loader(const KubeInjectOptions& options) : options_(options) {}

  Result<InjectSources> Load() {
    if (auto done = LoadMesh(); !done.has_value()) return std::move(done).error();
    if (auto done = LoadConfig(); !done.has_value()) return std::move(done).error();
    return std::move(sources_);
  }

 private:
  Result<ClusterClient*> Cluster() {
    if (!cluster_.has_value()) {
      auto connected = ClusterClient::Connect(options_.kube);
      if (!connected.has_value()) return std::move(connected).error();
      cluster_.emplace(*std::move(connected));
    }
    return &*cluster_;
  }

  Result<void> LoadMesh() {
    const kubetypes::MeshRelease release = inject::MeshReleaseOf(options_.compat);
    sources_.mesh = kubetypes::DefaultMeshConfig(release);
    // Only the template is printed.
    if (options_.emit_template && options_.mesh_config_file.empty()) return {};
    std::string text;
    std::string name = options_.mesh_config_file;
    if (!name.empty()) {
      ASSIGN_OR_RETURN(text, ReadWholeFile(name));
    } else {
      const bool is_asked_for = options_.mesh_config_map_given || options_.kubeconfig_given ||
                                !options_.kube.context.empty();
      const Result<ClusterClient*> cluster = Cluster();
      if (!cluster.has_value() && cluster.error().code == ErrorCode::kNotFound && !is_asked_for) {
        sources_.mesh_note =
            "note: no --meshConfigFile and no cluster: using the defaults of Istio " +
            std::string(ToString(options_.compat));
        return {};
      }
      if (!cluster.has_value()) return cluster.error();
      ASSIGN_OR_RETURN(text, ReadMeshMap(**cluster));
      name = "ConfigMap " + options_.istio_namespace + '/' + options_.mesh_config_map_name;
    }
    auto mesh = kubetypes::LoadMeshConfig(text, {.release = release});
    if (!mesh.has_value()) return std::move(mesh).error().Annotate(name);
    sources_.mesh = *std::move(mesh);
    return {};
  }

  // getMeshConfigFromConfigMap.
  Result<std::string> ReadMeshMap(ClusterClient& cluster) const {
    const std::string& name = options_.mesh_config_map_name;
    auto text = cluster.ReadConfigMap(options_.istio_namespace, name, kMeshKey);
    if (!text.has_value()) {
      Error error = std::move(text).error();
      error.message =
          "could not read valid configmap " + Quote(name) + " from namespace  " +
          Quote(options_.istio_namespace) + ": " + error.message +
          " - Use --meshConfigFile or re-run kube-inject with `-i <istioSystemNamespace> and "
          "ensure valid MeshConfig exists";
      return error;
    }
    if (!text->has_value()) {
      return Error{ErrorCode::kInvalidArgument, "missing configuration map key " + Quote(kMeshKey)};
    }
    return **std::move(text);
  }

  // From 0.8 on, --hub and --tag (which then need ISTIOCTL_USE_BUILTIN_DEFAULTS) beat the others.
  bool UsesBuiltinTemplate() const {
    if (options_.compat >= Compat::k0_8 && !options_.hub.empty()) return true;
    return options_.inject_config_file.empty() && options_.inject_config_map_name.empty();
  }

  Result<void> LoadConfig() {
    if (UsesBuiltinTemplate()) {
      sources_.config.policy = "enabled";
      sources_.config.template_text = inject::BuiltinTemplate(options_.params, options_.compat);
      return {};
    }
    if (!options_.inject_config_file.empty()) {
      sources_.config_name = options_.inject_config_file;
      ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(options_.inject_config_file));
      auto config = inject::ParseConfig(text);
      if (!config.has_value()) return std::move(config).error().Annotate(sources_.config_name);
      sources_.config = *std::move(config);
      return {};
    }
    const std::string& name = options_.inject_config_map_name;
    sources_.config_name = "ConfigMap " + options_.istio_namespace + '/' + name;
    ASSIGN_OR_RETURN(const std::string text, ReadConfigMapOfTemplate(name));
    auto config = inject::ParseConfig(text);
    if (!config.has_value()) {
      return std::move(config).error().Annotate("unable to convert data from configmap " +
                                                Quote(name));
    }
    sources_.config = *std::move(config);
    return {};
  }

  // getInjectConfigFromConfigMap.
  Result<std::string> ReadConfigMapOfTemplate(const std::string& name) {
    ASSIGN_OR_RETURN(ClusterClient* const cluster, Cluster());
    auto text = cluster->ReadConfigMap(options_.istio_namespace, name, kConfigKey);
    if (!text.has_value()) {
      Error error = std::move(text).error();
      error.message =
          "could not find valid configmap " + Quote(name) + " from namespace  " +
          Quote(options_.istio_namespace) + ": " + error.message +
          " - Use --injectConfigFile or re-run kube-inject with `-i <istioSystemNamespace> and "
          "ensure istio-inject configmap exists";
      return error;
    }
    if (!text->has_value()) {
      return Error{ErrorCode::kInvalidArgument,
                   "missing configuration map key " + Quote(kConfigKey) + " in " + Quote(name)};
    }
    return **std::move(text);
  }

  const KubeInjectOptions& options_;
  std::optional<ClusterClient> cluster_;
  InjectSources sources_;
};

}  // namespace

Result<InjectSources> LoadInjectSources(const KubeInjectOptions& options) {
  return Loader(options).Load();
}

}  // namespace sidecar::cli
