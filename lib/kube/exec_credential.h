#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/kube/client_config.h"

// What the program and a credential plugin say to each other: ExecCredential of
// client.authentication.k8s.io/v1 and v1beta1, as client-go's plugin/pkg/client/auth/exec. Pure.

namespace sidecar::kube {

using WallTime = std::chrono::system_clock::time_point;

struct ExecCredential {
  std::string token;
  std::string certificate_pem;  // With the key, or neither.
  std::string key_pem;
  std::optional<WallTime> expires;  // Absent: when the server refuses it.
};

// The value of KUBERNETES_EXEC_INFO. `interactive`: standard input is the user's terminal.
std::string ExecInfo(const ExecPlugin& plugin, bool interactive);

// What the plugin printed. Errors do not quote it: it is secret.
Result<ExecCredential> ParseExecCredential(std::string_view text, const ExecPlugin& plugin);

// RFC 3339, as Go's time.RFC3339: "2026-01-31T12:00:00Z", also with a fraction or an offset.
std::optional<WallTime> ParseRfc3339(std::string_view text);

}  // namespace sidecar::kube
