#pragma once

#include <optional>
#include <string_view>

#include "lib/inject/compat.h"

namespace sidecar::diagnose {

// What a mesh takes the traffic of a Service port to be.
struct PortProtocol {
  std::string_view name;  // "HTTP", "TCP", ...; a constant.
  // Why it is that: the name's prefix is a protocol, or it is the fallback.
  enum class Basis { kName, kTransport, kUnnamed, kUnknownPrefix } basis = Basis::kUnnamed;
};

// By the convention `<protocol>[-<suffix>]` of port names, as Istio's ConvertProtocol: letters of
// any case; what names no protocol is plain TCP; `transport` UDP is UDP whatever the name. The
// protocols are those of the release; appProtocol, which later ones go by, stays unseen. Pure.
PortProtocol ProtocolOfPort(std::string_view port_name, std::string_view transport,
                            inject::Compat compat);

// The protocols a name may begin with: "http, http2, ...".
std::string_view KnownProtocols(inject::Compat compat);

// The protocol that a name's prefix means if it is one, whatever the transport.
std::optional<std::string_view> ProtocolNamedBy(std::string_view port_name, inject::Compat compat);

}  // namespace sidecar::diagnose
