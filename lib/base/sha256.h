#pragma once

#include <string>
#include <string_view>

namespace sidecar {

// The SHA-256 of `data` as 64 lower-case hexadecimal digits. Pure; any thread.
std::string Sha256Hex(std::string_view data);

}  // namespace sidecar
