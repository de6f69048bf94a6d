#include "lib/kubetypes/ip_address.h"

#include <string>

#include <gtest/gtest.h>

namespace sidecar::kubetypes {
namespace {

TEST(IpAddressTest, KnowsTheFamily) {
  for (const char* text : {"0.0.0.0", "10.1.2.3", "255.255.255.255", "::ffff:10.0.0.1"}) {
    EXPECT_EQ(ParseIp(text), IpFamily::kV4) << text;
  }
  for (const char* text : {"::", "::1", "fd00::1", "2001:db8:0:0:0:0:0:1", "1::1.2.3.4"}) {
    EXPECT_EQ(ParseIp(text), IpFamily::kV6) << text;
  }
}

TEST(IpAddressTest, RefusesEverythingElse) {
  for (const char* text : {"", ".", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "1.2.3.04", "a.b.c.d",
                           " 1.2.3.4", "1.2.3.4 ", ":::", "fe80::1%eth0", "12345::", "1.2.3.4/8"}) {
    EXPECT_FALSE(ParseIp(text).has_value()) << text;
  }
  EXPECT_FALSE(ParseIp(std::string("1.2.3.4\0", 8)).has_value());
  EXPECT_FALSE(ParseIp(std::string(1 << 20, ':')).has_value());
}

TEST(IpAddressTest, ReadsCidrBlocks) {
  for (const char* text : {"10.0.0.0/8", "10.0.0.1/0", "10.0.0.1/32", "fd00::/8", "::/128",
                           "::ffff:1.2.3.4/128", "10.0.0.0/08"}) {
    EXPECT_TRUE(IsCidr(text)) << text;
  }
  for (const char* text : {"", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8",
                           "10.0.0.0/8x", "10.0.0/8", "::/129", "/8", "10.0.0.0/8/8",
                           "10.0.0.0/99999999999999999999", "fe80::%1/64"}) {
    EXPECT_FALSE(IsCidr(text)) << text;
  }
}

}  // namespace
}  // namespace sidecar::kubetypes
