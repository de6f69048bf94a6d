#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/http/client.h"

// Where the API server is and who we are: from a kubeconfig or from the files that Kubernetes
// mounts into pods. Values only; what changes while the program runs (tokens) is read by
// lib/kube/credentials.

namespace sidecar::kube {

// Whether a credential plugin may ask the person at the terminal.
enum class InteractiveMode : std::uint8_t { kNever, kIfAvailable, kAlways };

// A program that prints credentials: client.authentication.k8s.io/v1 or v1beta1.
struct ExecPlugin {
  std::string api_version;
  std::string command;  // A path, or a name that is looked up in PATH.
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment;  // Added to the program's own.
  std::string install_hint;  // Shown if there is no such program.
  std::string cluster_json;  // What KUBERNETES_EXEC_INFO says about the cluster; empty: nothing.
  InteractiveMode interactive_mode = InteractiveMode::kIfAvailable;
};

// On whose behalf the requests are made: `as`, `as-uid`, `as-groups`, `as-user-extra`.
struct Impersonation {
  std::string user;  // Empty: nobody's.
  std::string uid;
  std::vector<std::string> groups;
  std::vector<std::pair<std::string, std::string>> extra;
};

struct ClientConfig {
  std::string source;  // For messages: "kubeconfig /root/.kube/config", "in-cluster configuration".

  HttpEndpoint endpoint;
  std::string path_prefix;  // Before each target: "/k8s/clusters/a" behind a proxy; usually empty.
  std::string ca_pem;       // Empty: the authorities that the system trusts.
  bool insecure_skip_verify = false;

  std::string namespace_name;  // The context's or the pod's; empty: none is set.

  // At most one way to authenticate besides the client certificate.
  std::string certificate_pem;
  std::string key_pem;
  std::string token;
  std::string token_file;  // Read again and again; beats `token`.
  std::string username;
  std::string password;
  std::optional<ExecPlugin> exec;
  Impersonation impersonation;

  std::vector<std::string> warnings;  // What a person should know, one sentence each.
};

// Reads a whole file; nullopt if there is none.
using ReadFile = std::function<Result<std::optional<std::string>>(const std::string& path)>;
// An environment variable; empty if unset.
using ReadEnvironment = std::function<std::string(const std::string& name)>;

// The process's own.
Result<std::optional<std::string>> ReadFileFromDisk(const std::string& path);
std::string ReadProcessEnvironment(const std::string& name);

struct KubeconfigOptions {
  std::string path;     // --kubeconfig. Empty: the files of $KUBECONFIG, else ~/.kube/config.
  std::string context;  // --context. Empty: the current context.
  ReadFile read_file = &ReadFileFromDisk;
  ReadEnvironment environment = &ReadProcessEnvironment;
};

// Merges the files and follows the context as client-go's clientcmd does. kNotFound if no file
// configures anything. Other errors name the file, the entry and the field.
Result<ClientConfig> LoadKubeconfig(const KubeconfigOptions& options);

struct InClusterOptions {
  std::string folder = "/var/run/secrets/kubernetes.io/serviceaccount";
  ReadFile read_file = &ReadFileFromDisk;
  ReadEnvironment environment = &ReadProcessEnvironment;
};

// As rest.InClusterConfig: KUBERNETES_SERVICE_HOST and _PORT, the token, CA and namespace mounted
// into the pod. kNotFound outside of a cluster.
Result<ClientConfig> InClusterConfig(const InClusterOptions& options = {});

// What a program started somewhere should use: the kubeconfig if one is named or exists, otherwise
// the cluster it runs in.
Result<ClientConfig> LoadClientConfig(const KubeconfigOptions& kubeconfig,
                                      const InClusterOptions& in_cluster = {});

}  // namespace sidecar::kube
