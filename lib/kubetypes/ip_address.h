#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sidecar::kubetypes {

enum class IpFamily : std::uint8_t { kV4, kV6 };

// The family of an address as net.ParseIP reads it (no zone, no leading zeros); nothing if it is
// none. "::ffff:1.2.3.4" counts as v4, as net.IP.To4 says.
std::optional<IpFamily> ParseIp(std::string_view text);

// "10.0.0.0/8", "fd00::/8": as net.ParseCIDR.
bool IsCidr(std::string_view text);

}  // namespace sidecar::kubetypes
