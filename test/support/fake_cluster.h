#pragma once

#include <string>
#include <utility>
#include <vector>

#include "test/support/scripted_peer.h"
#include "test/support/temp_folder.h"

namespace sidecar::testing_support {

// An API server that answers by a script, and a kubeconfig that leads to it.
class FakeCluster {
 public:
  // Bodies of successive replies, each with its status: {"200 OK", "{}"}.
  explicit FakeCluster(const std::vector<std::pair<std::string, std::string>>& replies)
      : peer_({{Texts(replies), ScriptedPeer::End::kHang}}) {
    folder_.Write(
        "config",
        "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:" + std::to_string(peer_.port()) +
            "'}}]\nusers: [{name: u, user: {token: t}}]\n"
            "contexts: [{name: x, context: {cluster: c, user: u, namespace: here}}]\n"
            "current-context: x\n");
  }

  std::string kubeconfig() const { return folder_.Path("config"); }
  std::vector<std::string> requests() const { return peer_.requests(); }

 private:
  static std::vector<std::string> Texts(
      const std::vector<std::pair<std::string, std::string>>& replies) {
    std::vector<std::string> texts;
    for (const auto& [status, body] : replies) {
      texts.push_back("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\n" +
                      "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    }
    return texts;
  }

  TempFolder folder_;
  ScriptedPeer peer_;
};

}  // namespace sidecar::testing_support
