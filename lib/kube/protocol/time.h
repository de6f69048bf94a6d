#pragma once

#include <chrono>
#include <optional>
#include <string_view>

// Points in time as objects of the API carry them. Pure, any thread.

namespace sidecar::kube {

// A metav1.Time or MicroTime: "2006-01-02T15:04:05Z", with or without a fraction of a second, as
// servers write it. Nothing for any other text.
std::optional<std::chrono::system_clock::time_point> ParseTime(std::string_view text);

}  // namespace sidecar::kube
