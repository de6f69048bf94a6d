#include "lib/diagnose/port_protocol.h"

#include <gtest/gtest.h>

namespace sidecar::diagnose {
namespace {

using Basis = PortProtocol::Basis;
using inject::Compat;

TEST(PortProtocolTest, TheNamesPrefixTellsTheProtocol) {
  struct Case {
    std::string_view name;
    std::string_view transport;
    std::string_view protocol;
    Basis basis;
  };
  for (const Case& c : {
           Case{"http", "TCP", "HTTP", Basis::kName},
           Case{"http-web", "TCP", "HTTP", Basis::kName},
           Case{"HTTP-web", "TCP", "HTTP", Basis::kName},
           Case{"http2-web-two", "TCP", "HTTP2", Basis::kName},
           Case{"grpc", "TCP", "GRPC", Basis::kName},
           Case{"tcp-x", "TCP", "TCP", Basis::kName},
           Case{"httpweb", "TCP", "TCP", Basis::kUnknownPrefix},
           Case{"web-http", "TCP", "TCP", Basis::kUnknownPrefix},
           Case{"", "TCP", "TCP", Basis::kUnnamed},
           Case{"-http", "TCP", "TCP", Basis::kUnknownPrefix},
           Case{"udp-dns", "TCP", "TCP", Basis::kTransport},
           Case{"http", "UDP", "UDP", Basis::kTransport},
           Case{"", "UDP", "UDP", Basis::kTransport},
       }) {
    const PortProtocol found = ProtocolOfPort(c.name, c.transport, Compat::k0_5_0);
    EXPECT_EQ(found.name, c.protocol) << c.name;
    EXPECT_EQ(found.basis, c.basis) << c.name;
  }
}

TEST(PortProtocolTest, LaterReleasesKnowMoreProtocols) {
  EXPECT_EQ(ProtocolOfPort("tls-web", "TCP", Compat::k0_8).name, "TCP");
  EXPECT_EQ(ProtocolOfPort("tls-web", "TCP", Compat::k1_0).name, "TLS");
  EXPECT_EQ(ProtocolNamedBy("mysql", Compat::k0_5_0), std::nullopt);
  EXPECT_EQ(ProtocolNamedBy("mysql", Compat::k1_0), "MySQL");
}

TEST(PortProtocolTest, EveryProtocolThatIsToldIsKnown) {
  for (const Compat compat : {Compat::k0_5_0, Compat::k1_0}) {
    std::string_view rest = KnownProtocols(compat);
    while (!rest.empty()) {
      const std::string_view name = rest.substr(0, rest.find(','));
      EXPECT_TRUE(ProtocolNamedBy(name, compat).has_value()) << name;
      rest.remove_prefix(std::min(rest.size(), name.size() + 2));
    }
  }
}

}  // namespace
}  // namespace sidecar::diagnose
