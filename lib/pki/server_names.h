#pragma once

#include <string>
#include <vector>

namespace sidecar::pki {

// What a TLS server is called by its clients.
struct ServerNames {
  std::vector<std::string> dns_names;     // "injector.istio-system.svc"
  std::vector<std::string> ip_addresses;  // "10.0.0.1", "2001:db8::1"
};

}  // namespace sidecar::pki
