#include "cli/injection_source.h"

#include <optional>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/commands/kube_inject_options.h"
#include "cli/input_files.h"
#include "lib/inject/builtin_template.h"
#include "lib/inject/compat.h"
#include "lib/inject/config.h"

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

// The configuration of the built-in template, as kube-inject has it without any flag.
Result<Found> BuiltIn(const InjectionSourceFlags& flags, inject::Compat compat) {
  KubeInjectOptions options;
  options.compat_name = flags.compat;
  options.filenames = {"-"};  // Which kube-inject insists on.
  if (Result<void> done = CompleteOptions(options); !done.has_value()) return done.error();
  inject::ConfigText config;
  config.policy = "enabled";
  config.template_text = inject::BuiltinTemplate(options.params, compat);
  return Found{inject::FormatConfig(config),
               "the built-in template of Istio " + std::string(ToString(compat))};
}

}  // namespace

void AddInjectionSourceFlags(CLI::App& command, InjectionSourceFlags& flags) {
  constexpr const char* kGroup = "Injection";
  const auto add = [&](const char* name, std::string& value, const char* help, const char* type) {
    command.add_option(name, value, help)->type_name(type)->group(kGroup);
  };
  add("--injectConfigFile", flags.inject_config_file, "Injection configuration, {policy, template}",
      "FILE");
  add("--injectConfigMapName", flags.inject_config_map,
      "ConfigMap of the injection configuration, key \"config\" (by default istio-inject, from 0.8 "
      "on istio-sidecar-injector)",
      "NAME");
  add("--meshConfigFile", flags.mesh_config_file, "Mesh configuration", "FILE");
  add("--meshConfigMapName", flags.mesh_config_map,
      "ConfigMap of the mesh configuration, key \"mesh\" (by default istio)", "NAME");
  add("-i,--istioNamespace", flags.istio_namespace,
      "Namespace of the ConfigMaps (by default istio-system)", "NAMESPACE");
  add("--compat", flags.compat, "The Istio release to be like (by default 0.5)", "RELEASE");
}

Result<InjectionSource> LoadInjection(const InjectionSourceFlags& flags,
                                      const diagnose::ObjectSet* objects, ClusterClient* cluster) {
  const std::optional<inject::Compat> compat = inject::ParseCompat(flags.compat);
  if (!compat.has_value()) {
    return Error{ErrorCode::kInvalidArgument,
                 "unknown release \"" + flags.compat + "\" for --compat"};
  }
  std::string map = flags.inject_config_map;
  if (map.empty()) {
    map = *compat >= inject::Compat::k0_8 ? "istio-sidecar-injector" : "istio-inject";
  }
  const Search search(flags, objects, cluster);
  InjectionSource source;
  auto config = search.Find(flags.inject_config_file, map, "config");
  if (!config.has_value()) {
    const bool is_missing_map =
        flags.inject_config_file.empty() && config.error().code == ErrorCode::kNotFound;
    if (!is_missing_map) return config.error();
    source.name = "ConfigMap " + flags.istio_namespace + '/' + map;
    source.problem = config.error().message;
    return source;
  }
  source.is_built_in = !config->has_value();
  if (source.is_built_in) {
    ASSIGN_OR_RETURN(*config, BuiltIn(flags, *compat));
  }
  source.name = (*config)->name;

  auto mesh = search.Find(flags.mesh_config_file, flags.mesh_config_map, "mesh");
  const bool has_none = !mesh.has_value() && mesh.error().code == ErrorCode::kNotFound &&
                        flags.mesh_config_file.empty();
  if (!mesh.has_value() && !has_none) return mesh.error();
  webhook::InjectionTexts texts{.config = (*config)->text, .mesh = ""};
  if (mesh.has_value() && mesh->has_value()) texts.mesh = (*mesh)->text;
  auto snapshot = webhook::MakeInjectionSnapshot(texts, *compat, 1);
  if (snapshot.has_value()) {
    source.snapshot = *std::move(snapshot);
  } else {
    source.problem = source.name + ": " + snapshot.error().message;
  }
  return source;
}

}  // namespace sidecar::cli
