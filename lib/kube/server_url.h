#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/http/client.h"

namespace sidecar::kube {

struct ServerUrl {
  HttpEndpoint endpoint;
  std::string path_prefix;  // Without a slash at its end; usually empty.
};

// The address of an API server as rest.DefaultServerURL reads it: "https://10.0.0.1:6443/prefix",
// or "10.0.0.1:6443", which means https if `default_tls`. The text is not quoted in errors where it
// holds a password. Pure.
Result<ServerUrl> ParseServerUrl(std::string_view text, bool default_tls);

// The environment variable that sends requests for this endpoint through a proxy, as net/http's
// ProxyFromEnvironment decides ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", ...; NO_PROXY and
// loopback are exceptions). Empty: none.
std::string ProxyVariable(const HttpEndpoint& endpoint,
                          const std::function<std::string(const std::string& name)>& environment);

}  // namespace sidecar::kube
