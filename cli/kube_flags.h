#pragma once

#include <string>

namespace CLI {
class App;
}

namespace sidecar::cli {

// The flags by which commands name a cluster, as istioctl and kubectl spell them.
struct KubeFlags {
  std::string kubeconfig;      // Empty: $KUBECONFIG, ~/.kube/config, or the cluster we run in.
  std::string context;         // Empty: the current one.
  std::string namespace_name;  // Empty: the context's.
};

// Declares -c/--kubeconfig, --context and -n/--namespace under the heading `group`. `flags` must
// outlive the parsing.
void AddKubeFlags(CLI::App& command, KubeFlags& flags, const std::string& group = "Cluster");

}  // namespace sidecar::cli
