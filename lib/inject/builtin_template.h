#pragma once

#include <cstdint>
#include <string>

#include "lib/inject/compat.h"

namespace sidecar::inject {

// What Istio's kube-inject flags let a user choose about the built-in template: the equal of
// inject.Params. Values are written into the template as they are; who takes them from outside
// checks them first (validation.h).
struct Params {
  std::string init_image;
  std::string proxy_image;
  std::uint64_t sidecar_proxy_uid = 1337;  // Of istio-init's -u only, as in Istio.
  bool enable_core_dump = true;
  bool debug_mode = false;
  std::string image_pull_policy = "IfNotPresent";  // Empty means that, too.
  std::string include_ip_ranges;                   // Comma-separated CIDRs. From 0.8 on also "*".
  std::string exclude_ip_ranges;                   // From 0.8 on.
  std::string exclude_inbound_ports;               // From 0.8 on.
};

// InitImageName and ProxyImageName of Istio 0.5 to 0.8; 1.0 renamed the proxy's image.
std::string InitImageName(const std::string& hub, const std::string& tag);
std::string ProxyImageName(const std::string& hub, const std::string& tag, bool debug,
                           Compat compat);

// The injection template that Istio's GenerateTemplateFromParams makes, byte for byte, oddities
// included: its hash is the version in every status annotation. Pure; any thread.
std::string BuiltinTemplate(const Params& params, Compat compat);

}  // namespace sidecar::inject
