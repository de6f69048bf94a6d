#include "lib/kube/client_config.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "lib/base/system_error.h"
#include "lib/kube/server_url.h"

namespace sidecar::kube {

namespace {

// Kubeconfigs of many clusters stay below; what is longer is something else.
constexpr std::size_t kMostFileBytes = std::size_t{8} << 20U;

std::string Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(kSpace) - begin + 1));
}

Error FileError(const std::string& path, int code) {
  return {ErrorCode::kInvalidArgument, "read " + path + ": " + SystemErrorText(code)};
}

}  // namespace

Result<std::optional<std::string>> ReadFileFromDisk(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"),
                                                             &std::fclose);
  if (file == nullptr && (errno == ENOENT || errno == ENOTDIR)) return std::optional<std::string>();
  if (file == nullptr) return FileError(path, errno);
  std::string text;
  std::string piece(std::size_t{64} << 10U, '\0');
  while (const std::size_t size = std::fread(piece.data(), 1, piece.size(), file.get())) {
    text.append(piece, 0, size);
    if (text.size() > kMostFileBytes) return FileError(path, EFBIG);
  }
  if (std::ferror(file.get()) != 0) return FileError(path, errno);
  return std::optional<std::string>(std::move(text));
}

std::string ReadProcessEnvironment(const std::string& name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in this program changes the environment.
  const char* const value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

Result<ClientConfig> InClusterConfig(const InClusterOptions& options) {
  ClientConfig config;
  config.source = "the in-cluster configuration";
  const std::string host = options.environment("KUBERNETES_SERVICE_HOST");
  const std::string port = options.environment("KUBERNETES_SERVICE_PORT");
  if (host.empty() || port.empty()) {
    // rest.ErrNotInCluster.
    return Error{ErrorCode::kNotFound,
                 "unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and "
                 "KUBERNETES_SERVICE_PORT must be defined"};
  }
  const bool is_ipv6 = host.find(':') != std::string::npos;
  auto url = ParseServerUrl("https://" + (is_ipv6 ? '[' + host + ']' : host) + ':' + port, true);
  if (!url.has_value()) {
    return std::move(url).error().Annotate("KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT");
  }
  config.endpoint = url->endpoint;
  if (const std::string proxy = ProxyVariable(config.endpoint, options.environment);
      !proxy.empty()) {
    return Error{ErrorCode::kInvalidArgument, "environment variable " + proxy +
                                                  ": proxies are not supported; except " +
                                                  config.endpoint.host + " from it in NO_PROXY"};
  }

  config.token_file = options.folder + "/token";
  ASSIGN_OR_RETURN(const auto token, options.read_file(config.token_file));
  if (!token.has_value()) {
    return Error{ErrorCode::kInvalidArgument,
                 config.token_file + " does not exist: is the service account's token mounted?"};
  }
  const std::string ca_file = options.folder + "/ca.crt";
  ASSIGN_OR_RETURN(const auto ca, options.read_file(ca_file));
  // The system's authorities never signed an API server within a cluster.
  if (!ca.has_value()) return Error{ErrorCode::kInvalidArgument, ca_file + " does not exist"};
  config.ca_pem = *ca;
  ASSIGN_OR_RETURN(const auto name, options.read_file(options.folder + "/namespace"));
  config.namespace_name = Trim(name.value_or(""));
  return config;
}

Result<ClientConfig> LoadClientConfig(const KubeconfigOptions& kubeconfig,
                                      const InClusterOptions& in_cluster) {
  Result<ClientConfig> config = LoadKubeconfig(kubeconfig);
  const bool is_wanted = !kubeconfig.path.empty() || !kubeconfig.context.empty();
  if (config.has_value() || is_wanted || config.error().code != ErrorCode::kNotFound) return config;
  Result<ClientConfig> inside = InClusterConfig(in_cluster);
  if (inside.has_value() || inside.error().code != ErrorCode::kNotFound) return inside;
  return config;
}

}  // namespace sidecar::kube
