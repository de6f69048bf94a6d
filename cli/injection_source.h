#pragma once

#include <memory>
#include <string>

#include "cli/cluster_client.h"
#include "lib/base/result.h"
#include "lib/diagnose/object_set.h"
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

// Declares them under a heading of their own. `flags` must outlive the parsing.
void AddInjectionSourceFlags(CLI::App& command, InjectionSourceFlags& flags);

struct InjectionSource {
  std::shared_ptr<const webhook::InjectionSnapshot> snapshot;  // Null: there is no usable one.
  std::string name;          // "inject.yaml", "ConfigMap istio-system/istio-inject", ...
  std::string problem;       // Why it is not usable.
  bool is_built_in = false;  // Nobody named one.
};

// Reads both configurations: from files, else from the ConfigMaps among `objects` (may be null),
// else from those of `cluster`; without a cluster (null) they are the built-in template and the
// mesh of a fresh installation. A file that cannot be read and an unknown --compat are errors; a
// ConfigMap that is missing or wrong is told as the source's problem, as the injector would.
Result<InjectionSource> LoadInjection(const InjectionSourceFlags& flags,
                                      const diagnose::ObjectSet* objects, ClusterClient* cluster);

}  // namespace sidecar::cli
