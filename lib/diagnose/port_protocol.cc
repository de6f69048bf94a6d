#include "lib/diagnose/port_protocol.h"

#include <algorithm>
#include <array>

namespace sidecar::diagnose {
namespace {

struct Known {
  std::string_view prefix;
  std::string_view name;
  inject::Compat since;
};

using inject::Compat;

// ParseProtocol of Istio's model package, 0.5 to 1.0.
constexpr std::array<Known, 10> kKnown = {{
    {"http", "HTTP", Compat::k0_5_0},
    {"http2", "HTTP2", Compat::k0_5_0},
    {"https", "HTTPS", Compat::k0_5_0},
    {"grpc", "GRPC", Compat::k0_5_0},
    {"mongo", "Mongo", Compat::k0_5_0},
    {"redis", "Redis", Compat::k0_5_0},
    {"tcp", "TCP", Compat::k0_5_0},
    {"udp", "UDP", Compat::k0_5_0},
    {"tls", "TLS", Compat::k1_0},
    {"mysql", "MySQL", Compat::k1_0},
}};

bool EqualsIgnoringCase(std::string_view text, std::string_view lower_case) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                    [&](char a, char b) { return lower(a) == b; });
}

}  // namespace

std::optional<std::string_view> ProtocolNamedBy(std::string_view port_name, inject::Compat compat) {
  const std::string_view prefix = port_name.substr(0, port_name.find('-'));
  const auto* const known = std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& entry) {
    return entry.since <= compat && EqualsIgnoringCase(prefix, entry.prefix);
  });
  if (known == kKnown.end()) return std::nullopt;
  return known->name;
}

PortProtocol ProtocolOfPort(std::string_view port_name, std::string_view transport,
                            inject::Compat compat) {
  using Basis = PortProtocol::Basis;
  if (transport == "UDP") return {"UDP", Basis::kTransport};
  if (port_name.empty()) return {"TCP", Basis::kUnnamed};
  const std::optional<std::string_view> named = ProtocolNamedBy(port_name, compat);
  if (!named.has_value()) return {"TCP", Basis::kUnknownPrefix};
  // Without `protocol: UDP` it is a TCP port, whatever it is called.
  if (*named == "UDP") return {"TCP", Basis::kTransport};
  return {*named, Basis::kName};
}

std::string_view KnownProtocols(inject::Compat compat) {
  return compat >= Compat::k1_0 ? "http, http2, https, grpc, mongo, redis, tcp, tls, mysql, udp"
                                : "http, http2, https, grpc, mongo, redis, tcp, udp";
}

}  // namespace sidecar::diagnose
