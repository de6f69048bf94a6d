#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "lib/base/error.h"

// metav1.Status: how the API server says that something failed, as a reply's body or inside a
// watch.

namespace sidecar::kube {

struct ApiStatus {
  int code = 0;         // As HTTP's.
  std::string reason;   // "NotFound", "Expired", ...: may be empty.
  std::string message;  // For people; never empty.
  std::int64_t retry_after_seconds = 0;
  // The server has not got as far as the resourceVersion that was asked for.
  bool resource_version_too_large = false;
  // With 410 for a page of a list: goes on where the expired token was, in a newer snapshot.
  std::string continue_token;
};

// Reads the body of a reply that is not 2xx, or the object of a watch's ERROR event. Where it is no
// Status (a proxy's page, nothing at all), the message is that of client-go's
// NewGenericServerResponse. `http_status` counts where the object has no code of its own.
ApiStatus ParseStatus(int http_status, std::string_view body);
ApiStatus ParseStatus(int http_status, const nlohmann::json& object);

// What the caller can do about it, and the server's message as it is.
Error ToError(const ApiStatus& status);

// Both in one.
Error StatusError(int http_status, std::string_view body);

}  // namespace sidecar::kube
