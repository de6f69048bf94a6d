#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/result.h"
#include "lib/kube/client_config.h"

// One kubeconfig file (clientcmd/api/v1) as plain values. Pure. yaml-cpp is seen by this file's
// source only.

namespace sidecar::kube {

struct KubeconfigCluster {
  std::string file;  // Which file it is from: paths are relative to its folder.
  std::string server;
  std::string tls_server_name;
  bool insecure_skip_tls_verify = false;
  std::string certificate_authority;       // A path.
  std::string certificate_authority_data;  // base64, as the next ones called data.
  std::string proxy_url;
  std::string exec_config_json;  // The extension client.authentication.k8s.io/exec; empty: none.
};

struct KubeconfigUser {
  std::string file;
  std::string client_certificate;
  std::string client_certificate_data;
  std::string client_key;
  std::string client_key_data;
  std::string token;
  std::string token_file;
  std::string username;
  std::string password;
  Impersonation impersonation;
  std::string auth_provider;  // Its name.
  std::optional<ExecPlugin> exec;
  bool provide_cluster_info = false;
};

struct KubeconfigContext {
  std::string file;
  std::string cluster;
  std::string user;
  std::string namespace_name;
};

struct KubeconfigFile {
  std::map<std::string, KubeconfigCluster> clusters;
  std::map<std::string, KubeconfigUser> users;
  std::map<std::string, KubeconfigContext> contexts;
  std::string current_context;

  bool IsEmpty() const {
    return clusters.empty() && users.empty() && contexts.empty() && current_context.empty();
  }
};

// Unknown fields are ignored, as client-go does. Errors name the file and the field; they never
// quote values, which may be secret.
Result<KubeconfigFile> ParseKubeconfig(std::string_view text, const std::string& file);

}  // namespace sidecar::kube
