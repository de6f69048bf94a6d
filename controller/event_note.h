#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "lib/kube/protocol/request.h"

namespace sidecar::controller {

// What an Event says, and about which object. The namespace is empty for objects that have none.
struct EventNote {
  kube::Resource resource;
  std::string namespace_name;
  std::string name;
  std::string uid;
  bool warning = false;
  std::string reason;  // "InvalidConfiguration"
  std::string message;
  std::optional<std::chrono::system_clock::time_point> happened{};  // See kube::EventText.
};

// Where Events go. Does not block, may be called from any strand; drops what cannot be written, as
// Events are for people's convenience.
using EventSink = std::function<void(EventNote note)>;

}  // namespace sidecar::controller
