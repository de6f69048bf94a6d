#include "cli/kube_flags.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace sidecar::cli {

void AddKubeFlags(CLI::App& command, KubeFlags& flags, const std::string& group) {
  command
      .add_option(
          "-c,--kubeconfig", flags.kubeconfig,
          "Kubeconfig file (by default $KUBECONFIG, ~/.kube/config or, in a pod, its account)")
      ->type_name("FILE")
      ->group(group);
  command.add_option("--context", flags.context, "Context of the kubeconfig to use")
      ->type_name("NAME")
      ->group(group);
  command
      .add_option("-n,--namespace", flags.namespace_name,
                  "Namespace (by default that of the kubeconfig's context)")
      ->type_name("NAME")
      ->group(group);
}

}  // namespace sidecar::cli
