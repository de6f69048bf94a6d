#include "cli/cluster_client.h"

#include <cstdio>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "cli/version.h"
#include "lib/kube/api_client.h"
#include "lib/kube/protocol/resources.h"
#include "lib/kube/sync.h"

namespace sidecar::cli {

struct ClusterClient::Impl {
  boost::asio::io_context io;  // Outlives the client, whose connections live on it.
  std::unique_ptr<kube::ApiClient> client;
  std::string namespace_name;
};

std::string UserAgent() {
#if defined(__aarch64__)
  constexpr const char* kArchitecture = "arm64";
#else
  constexpr const char* kArchitecture = "amd64";
#endif
  return "sidecar-injector/" + std::string(kVersion) + " (linux/" + kArchitecture + ')';
}

Result<ClusterClient> ClusterClient::Connect(const KubeFlags& flags) {
  kube::KubeconfigOptions options;
  options.path = flags.kubeconfig;
  options.context = flags.context;
  ASSIGN_OR_RETURN(kube::ClientConfig config, kube::LoadClientConfig(options));
  for (const std::string& warning : config.warnings) {
    std::fprintf(stderr, "warning: %s\n", warning.c_str());
  }
  auto impl = std::make_unique<Impl>();
  impl->namespace_name = !flags.namespace_name.empty()    ? flags.namespace_name
                         : !config.namespace_name.empty() ? config.namespace_name
                                                          : "default";
  kube::ApiClientOptions client_options;
  client_options.user_agent = UserAgent();
  ASSIGN_OR_RETURN(impl->client,
                   kube::ApiClient::Create(std::move(config), std::move(client_options)));
  return ClusterClient(std::move(impl));
}

ClusterClient::ClusterClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ClusterClient::ClusterClient(ClusterClient&& other) noexcept = default;
ClusterClient::~ClusterClient() = default;

Result<kube::Json> ClusterClient::Call(kube::ApiRequest request) {
  return kube::RunToEnd(impl_->io, impl_->client->Call(std::move(request)));
}

Result<std::optional<std::string>> ClusterClient::ReadConfigMap(const std::string& namespace_name,
                                                                const std::string& name,
                                                                const std::string& key) {
  ASSIGN_OR_RETURN(const kube::Json map,
                   Call(kube::GetRequest(kube::kConfigMaps, namespace_name, name)));
  const kube::Json::json_pointer path = kube::Json::json_pointer("/data") / key;
  if (!map.contains(path) || !map[path].is_string()) return std::optional<std::string>();
  return std::optional<std::string>(map[path].get<std::string>());
}

Result<Glimpse> ClusterClient::Look(const HttpEndpoint& endpoint, bool ask_date,
                                    std::chrono::milliseconds timeout) {
  return kube::RunToEnd(impl_->io, LookAt(endpoint, ask_date, Clock::now() + timeout));
}

const kube::ClientConfig& ClusterClient::config() const {
  return impl_->client->config();
}

const std::string& ClusterClient::namespace_name() const {
  return impl_->namespace_name;
}

}  // namespace sidecar::cli
