#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sidecar::yaml {

// As Go's base64.StdEncoding: line breaks are skipped, padding is required. Pure, any thread.
std::optional<std::string> DecodeBase64(std::string_view text);

std::string EncodeBase64(std::string_view bytes);

}  // namespace sidecar::yaml
