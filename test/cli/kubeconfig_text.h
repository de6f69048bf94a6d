#pragma once

#include <cstdint>
#include <string>

namespace sidecar::cli {

// A kubeconfig that leads to a plain HTTP server of this machine, namespace "shop".
inline std::string KubeconfigText(std::uint16_t port) {
  return "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:" + std::to_string(port) +
         "'}}]\nusers: [{name: u, user: {token: t}}]\n"
         "contexts: [{name: x, context: {cluster: c, user: u, namespace: shop}}]\n"
         "current-context: x\n";
}

}  // namespace sidecar::cli
