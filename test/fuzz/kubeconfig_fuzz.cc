// A kubeconfig of any bytes ends in a configuration or an error, in bounded time.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "lib/kube/client_config.h"
#include "lib/kube/exec_credential.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using sidecar::Result;
  const std::string text(reinterpret_cast<const char*>(data), size);
  sidecar::kube::KubeconfigOptions options;
  options.path = "/config";
  options.read_file = [&](const std::string& path) -> Result<std::optional<std::string>> {
    return std::optional<std::string>(path == "/config" ? text : "x");
  };
  options.environment = [](const std::string&) { return std::string(); };
  const auto config = sidecar::kube::LoadKubeconfig(options);
  if (config.has_value() && config->endpoint.host.empty()) std::abort();
  if (config.has_value() && config->exec.has_value()) {
    (void)sidecar::kube::ExecInfo(*config->exec, false);
  }
  sidecar::kube::ExecPlugin plugin;
  plugin.api_version = "client.authentication.k8s.io/v1";
  (void)sidecar::kube::ParseExecCredential(text, plugin);
  return 0;
}
