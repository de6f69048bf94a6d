#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/kube_flags.h"
#include "lib/base/result.h"
#include "lib/inject/builtin_template.h"
#include "lib/inject/compat.h"

namespace CLI {
class App;
}

namespace sidecar::cli {

// The flags of `kube-inject`: those of Istio 0.5 to 1.0's istioctl under their own names, and ours.
// Filled by the command line parser that AddKubeInjectOptions set up.
struct KubeInjectOptions {
  // Input and output.
  std::vector<std::string> filenames;  // "-" is standard input; a directory stands for its files.
  bool recursive = false;
  std::string output;  // Empty: standard output.
  bool quiet = false;

  // Configuration.
  std::string mesh_config_file;
  std::string mesh_config_map_name = "istio";
  std::string inject_config_file;
  std::string inject_config_map_name;
  std::vector<std::string> template_environment;  // Variables that templates may read.
  bool emit_template = false;
  std::string compat_name = "0.5";
  inject::Compat compat = inject::Compat::k0_5_0;

  // The built-in template.
  std::string hub;
  std::string tag;
  int verbosity = 2;               // Without effect, as in Istio.
  std::string set_version_string;  // Without effect, as in Istio.
  inject::Params params;
  std::string include_inbound_ports = "*";  // Without effect on the template, as in Istio.

  // Behaviour.
  bool ignore_policy = false;
  bool duplicate = false;

  // Istio's root flags.
  KubeFlags kube;
  std::string istio_namespace = "istio-system";
  std::string platform = "kube";

  // What the command line mentioned, where absence and a default value differ.
  bool kubeconfig_given = false;
  bool mesh_config_map_given = false;
  bool inject_config_map_given = false;
  bool include_ip_ranges_given = false;
  std::vector<std::string> deprecated_flags_given;  // "hub", ...; deprecated from 0.8 on.
};

// Declares the flags on the subcommand. `options` must outlive the parsing.
void AddKubeInjectOptions(CLI::App& command, KubeInjectOptions& options);

// What the parser cannot know: fills what depends on --compat and checks the combination. Errors
// are usage errors, in Istio's words where Istio has them; 0.8 and later tell all at once.
Result<void> CompleteOptions(KubeInjectOptions& options);

}  // namespace sidecar::cli
