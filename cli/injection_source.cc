#include "cli/injection_source.h"

#include <optional>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/commands/kube_inject_options.h"
#include "cli/flag_values.h"
#include "cli/input_files.h"
#include "lib/inject/builtin_template.h"

namespace sidecar::cli {
namespace {

struct Found {
  std::string text;
  std::string name;
};

std::optional<std::string> FindIn(const diagnose::ObjectSet& objects, const std::string& space,
                                  const std::string& name, std::string_view key) {
  for (const diagnose::Object& object : objects.objects()) {
    const bool is_meant =
        object.kind == "ConfigMap" && object.name == name && object.namespace_name == space;
    const yaml::Node* const text =
        is_meant ? diagnose::FindPath(object.node, {"data", key}) : nullptr;
    if (text != nullptr) return std::string(text->AsString());
  }
  return std::nullopt;
}

// Looks for one of the two texts.
class Search {
 public:
  Search(const InjectionSourceFlags& flags, const diagnose::ObjectSet* objects,
         ClusterClient* cluster)
      : flags_(flags), objects_(objects), cluster_(cluster) {}

  // Nothing where neither a file nor a ConfigMap has it. kNotFound where a cluster should have it.
  Result<std::optional<Found>> Find(const std::string& file, const std::string& map,
                                    const std::string& key) const {
    if (!file.empty()) {
      ASSIGN_OR_RETURN(std::string text, ReadWholeFile(file));
      return std::optional<Found>(Found{std::move(text), file});
    }
    const std::string name = "ConfigMap " + flags_.istio_namespace + '/' + map;
    if (objects_ != nullptr) {
      auto text = FindIn(*objects_, flags_.istio_namespace, map, key);
      if (text.has_value()) return std::optional<Found>(Found{*std::move(text), name});
    }
    if (cluster_ == nullptr) return std::optional<Found>();
    auto text = cluster_->ReadConfigMap(flags_.istio_namespace, map, key);
    if (!text.has_value()) return std::move(text).error().Annotate(name);
    if (!text->has_value()) {
      return Error{ErrorCode::kNotFound, name + " has no key \"" + key + '"'};
    }
    return std::optional<Found>(Found{**std::move(text), name});
  }

 private:
  const InjectionSourceFlags& flags_;
  const diagnose::ObjectSet* const objects_;
  ClusterClient* const cluster_;
};

std::string InjectMapOf(const InjectionSourceFlags& flags, inject::Compat compat) {
  if (!flags.inject_config_map.empty()) return flags.inject_config_map;
  return compat >= inject::Compat::k0_8 ? "istio-sidecar-injector" : "istio-inject";
}

// The configuration of the built-in template, as kube-inject has it without any flag; but for the
// images, which it wants to be told from 0.8 on: those of the release.
Result<Found> BuiltIn(const InjectionSourceFlags& flags, inject::Compat compat) {
  KubeInjectOptions options;
  options.compat_name = flags.compat;
  options.filenames = {"-"};  // Which kube-inject insists on.
  if (Result<void> done = CompleteOptions(options); !done.has_value()) return done.error();
  if (options.hub.empty()) {
    const std::string hub = "docker.io/istio";
    const std::string tag(ToString(compat));
    options.params.init_image = inject::InitImageName(hub, tag);
    options.params.proxy_image =
        inject::ProxyImageName(hub, tag, options.params.debug_mode, compat);
  }
  inject::ConfigText config;
  config.policy = "enabled";
  config.template_text = inject::BuiltinTemplate(options.params, compat);
  return Found{inject::FormatConfig(config),
               "the built-in template of Istio " + std::string(ToString(compat))};
}

void AddFlag(CLI::App& command, const char* name, std::string& value, const char* help,
             const char* type) {
  command.add_option(name, value, help)->type_name(type)->group(kInjectionGroup);
}

}  // namespace

void AddInjectionFileFlags(CLI::App& command, InjectionSourceFlags& flags) {
  AddFlag(command, "--injectConfigFile", flags.inject_config_file,
          "Injection configuration, {policy, template}; Istio's own template without one", "FILE");
  AddFlag(command, "--meshConfigFile", flags.mesh_config_file,
          "Mesh configuration; the release's defaults without one", "FILE");
  AddCompatFlag(command, flags.compat, "The Istio release to be like");
}

void AddInjectionSourceFlags(CLI::App& command, InjectionSourceFlags& flags) {
  AddInjectionFileFlags(command, flags);
  AddFlag(command, "--injectConfigMapName", flags.inject_config_map,
          "ConfigMap of the injection configuration, key \"config\" (by default istio-inject, from "
          "0.8 on istio-sidecar-injector)",
          "NAME");
  AddFlag(command, "--meshConfigMapName", flags.mesh_config_map,
          "ConfigMap of the mesh configuration, key \"mesh\" (by default istio)", "NAME");
  AddFlag(command, "-i,--istioNamespace", flags.istio_namespace,
          "Namespace of the ConfigMaps (by default istio-system)", "NAMESPACE");
}

void AddCompatFlag(CLI::App& command, std::string& compat, const std::string& help) {
  CLI::Option* const option = command.add_option("--compat", compat, help)
                                  ->type_name("RELEASE")
                                  ->group(kInjectionGroup)
                                  ->capture_default_str();
  OfferChoices(*option, {"0.5", "0.5.1", "0.6", "0.7", "0.8", "1.0"});
}

Result<inject::Compat> ReadCompat(const std::string& compat) {
  const std::optional<inject::Compat> parsed = inject::ParseCompat(compat);
  if (parsed.has_value()) return *parsed;
  return Error{ErrorCode::kInvalidArgument,
               "invalid argument \"" + compat +
                   "\" for \"--compat\" flag: must be one of 0.5, 0.5.1, 0.6, 0.7, 0.8, 1.0"};
}

Result<Injection> ReadInjection(const InjectionSourceFlags& flags,
                                const diagnose::ObjectSet* objects, ClusterClient* cluster) {
  Injection injection;
  ASSIGN_OR_RETURN(injection.compat, ReadCompat(flags.compat));
  const Search search(flags, objects, cluster);
  ASSIGN_OR_RETURN(auto config, search.Find(flags.inject_config_file,
                                            InjectMapOf(flags, injection.compat), "config"));
  injection.is_built_in = !config.has_value();
  if (injection.is_built_in) {
    ASSIGN_OR_RETURN(config, BuiltIn(flags, injection.compat));
  }
  injection.text = std::move(config->text);
  injection.name = std::move(config->name);

  auto mesh = search.Find(flags.mesh_config_file, flags.mesh_config_map, "mesh");
  const bool has_none = !mesh.has_value() && mesh.error().code == ErrorCode::kNotFound;
  if (!mesh.has_value() && !has_none) return mesh.error();
  if (mesh.has_value() && mesh->has_value()) {
    injection.mesh_text = std::move((*mesh)->text);
    injection.mesh_name = std::move((*mesh)->name);
  }
  return injection;
}

Result<std::shared_ptr<const inject::Config>> CompileConfig(const Injection& injection,
                                                            const gotemplate::Policy& functions) {
  const auto text = inject::ParseConfig(injection.text);
  if (!text.has_value()) return Error(text.error()).Annotate(injection.name);
  auto config = inject::Config::Compile(*text, injection.compat, functions);
  if (!config.has_value()) return std::move(config).error().Annotate(injection.name);
  return config;
}

Result<std::shared_ptr<const kubetypes::MeshConfig>> ParseMesh(const Injection& injection) {
  kubetypes::MeshConfigOptions options;
  options.release = inject::MeshReleaseOf(injection.compat);
  auto mesh = kubetypes::LoadMeshConfig(injection.mesh_text, options);
  if (!mesh.has_value()) return std::move(mesh).error().Annotate(injection.mesh_name);
  return std::make_shared<const kubetypes::MeshConfig>(*std::move(mesh));
}

Result<InjectionSource> LoadInjection(const InjectionSourceFlags& flags,
                                      const diagnose::ObjectSet* objects, ClusterClient* cluster) {
  InjectionSource source;
  auto injection = ReadInjection(flags, objects, cluster);
  if (!injection.has_value()) {
    if (injection.error().code != ErrorCode::kNotFound) return injection.error();
    ASSIGN_OR_RETURN(const inject::Compat compat, ReadCompat(flags.compat));
    source.name = "ConfigMap " + flags.istio_namespace + '/' + InjectMapOf(flags, compat);
    source.problem = injection.error().message;
    return source;
  }
  source.name = injection->name;
  source.is_built_in = injection->is_built_in;
  const webhook::InjectionTexts texts{.config = injection->text, .mesh = injection->mesh_text};
  auto snapshot = webhook::MakeInjectionSnapshot(texts, injection->compat, 1);
  if (snapshot.has_value()) {
    source.snapshot = *std::move(snapshot);
  } else {
    const bool is_of_mesh = CompileConfig(*injection).has_value();
    source.problem =
        (is_of_mesh ? injection->mesh_name : source.name) + ": " + snapshot.error().message;
  }
  return source;
}

}  // namespace sidecar::cli
