#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "cli/kube_flags.h"
#include "lib/base/result.h"
#include "lib/http/glimpse.h"
#include "lib/kube/client_config.h"
#include "lib/kube/json.h"
#include "lib/kube/protocol/request.h"

namespace sidecar::cli {

// "sidecar-injector/0.1.0 (linux/amd64)": how this program introduces itself to API servers.
std::string UserAgent();

// A command's way to the API server: one call after the other, on the calling thread. Not
// thread-safe.
class ClusterClient {
 public:
  // Reads the configuration that the flags name; no connection yet. kNotFound if there is none.
  // What the person should know (unverified TLS) goes to standard error.
  static Result<ClusterClient> Connect(const KubeFlags& flags);

  ClusterClient(ClusterClient&& other) noexcept;
  ClusterClient& operator=(ClusterClient&& other) = delete;
  ~ClusterClient();

  // Errors are those of kube::ApiClient.
  Result<kube::Json> Call(kube::ApiRequest request);

  // A ConfigMap's value under `key`; nullopt if the map has no such key.
  Result<std::optional<std::string>> ReadConfigMap(const std::string& namespace_name,
                                                   const std::string& name, const std::string& key);

  // Connects to a server, which need not be the API server: see sidecar::LookAt.
  Result<Glimpse> Look(const HttpEndpoint& endpoint, bool ask_date,
                       std::chrono::milliseconds timeout);

  const kube::ClientConfig& config() const;
  // --namespace, else the context's, else "default".
  const std::string& namespace_name() const;

 private:
  struct Impl;
  explicit ClusterClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sidecar::cli
