#pragma once

#include <memory>
#include <string>

#include "cli/cluster_client.h"
#include "lib/base/result.h"
#include "lib/diagnose/object_set.h"
#include "lib/gotemplate/funcs/policy.h"
#include "lib/inject/compat.h"
#include "lib/inject/config.h"
#include "lib/kubetypes/mesh_config.h"
#include "webhook/injection_snapshot.h"

namespace CLI {
class App;
}

namespace sidecar::cli {

// Where commands that tell what the injection does find its configuration.
struct InjectionSourceFlags {
  std::string compat = "0.5";
  std::string istio_namespace = "istio-system";
  std::string inject_config_file;
  std::string inject_config_map;  // Empty: istio-inject; istio-sidecar-injector from 0.8 on.
  std::string mesh_config_file;
  std::string mesh_config_map = "istio";
};

// Which the flags of both are listed under.
inline constexpr const char* kInjectionGroup = "Injection";

// Declares --injectConfigFile, --meshConfigFile and --compat, for commands that only read files.
// `flags` must outlive the parsing.
void AddInjectionFileFlags(CLI::App& command, InjectionSourceFlags& flags);

// Declares these, and those that name ConfigMaps, for commands that look into a cluster too.
void AddInjectionSourceFlags(CLI::App& command, InjectionSourceFlags& flags);

// Declares --compat, with what the release is there for.
void AddCompatFlag(CLI::App& command, std::string& compat, const std::string& help);

// The release that a --compat names. The error is a usage error.
Result<inject::Compat> ReadCompat(const std::string& compat);

// The texts of both configurations, and what to call them.
struct Injection {
  inject::Compat compat = inject::Compat::k0_5_0;
  std::string text;       // {policy, template}
  std::string name;       // "inject.yaml", "ConfigMap istio-system/istio-inject", ...
  std::string mesh_text;  // Empty: the release's defaults.
  std::string mesh_name;
  bool is_built_in = false;  // Nobody named one.
};

// Reads both: from files, else from the ConfigMaps among `objects` (may be null), else from those
// of `cluster`; without a cluster (null) they are what kube-inject uses without any flag. kNotFound
// where the cluster has no injection configuration; a mesh configuration that is missing there is
// that of the defaults. Errors name the file or ConfigMap.
Result<Injection> ReadInjection(const InjectionSourceFlags& flags,
                                const diagnose::ObjectSet* objects = nullptr,
                                ClusterClient* cluster = nullptr);

// What the texts say, ready for use. Errors name the file or ConfigMap.
// The template takes nothing from outside but what `functions` allows.
Result<std::shared_ptr<const inject::Config>> CompileConfig(
    const Injection& injection, const gotemplate::Policy& functions = {});
Result<std::shared_ptr<const kubetypes::MeshConfig>> ParseMesh(const Injection& injection);

// An injection as the endpoint has it.
struct InjectionSource {
  std::shared_ptr<const webhook::InjectionSnapshot> snapshot;  // Null: there is no usable one.
  std::string name;                                            // As in Injection.
  std::string problem;                                         // Why it is not usable.
  bool is_built_in = false;
};

// ReadInjection, and the snapshot of it. A file that cannot be read and an unknown --compat are
// errors; a ConfigMap that is missing and a text that is wrong are told as the source's problem, as
// the injector would.
Result<InjectionSource> LoadInjection(const InjectionSourceFlags& flags,
                                      const diagnose::ObjectSet* objects, ClusterClient* cluster);

}  // namespace sidecar::cli
