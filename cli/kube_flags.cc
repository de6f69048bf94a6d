#include "cli/kube_flags.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace sidecar::cli {

void AddKubeFlags(CLI::App& command, KubeFlags& flags, const std::string& group) {
  command.add_option("-c,--kubeconfig", flags.kubeconfig, "Kubernetes configuration file")
      ->type_name("FILE")
      ->group(group);
  command.add_option("--context", flags.context, "The name of the kubeconfig context to use")
      ->type_name("NAME")
      ->group(group);
  command.add_option("-n,--namespace", flags.namespace_name, "Config namespace")
      ->type_name("NAME")
      ->group(group);
}

}  // namespace sidecar::cli
