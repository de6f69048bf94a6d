#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sidecar::ui {

// A field of a form as browsers send it (application/x-www-form-urlencoded), the first one of its
// name; nothing where there is none. Line breaks are "\n", whatever they were. Pure.
std::optional<std::string> FormField(std::string_view body, std::string_view name);

// Whether this Content-Type says that a body is such a form.
bool IsForm(std::string_view content_type);

}  // namespace sidecar::ui
