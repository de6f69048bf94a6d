#include "lib/ui/request_guard.h"

#include <gtest/gtest.h>

namespace sidecar::ui {
namespace {

TEST(RequestGuardTest, HostsThatNobodyCanRegisterAreServed) {
  for (const char* const host :
       {"", "localhost", "localhost:15014", "127.0.0.1:15014", "10.0.0.7", "[::1]:15014",
        "[fd00::1]", "sidecar-injector", "sidecar-injector:15014", "INJECTOR.istio-system.svc",
        "injector.istio-system.svc.cluster.local:15014", "injector.istio-system.svc.",
        "a.localhost", "node-1.europe.internal"}) {
    EXPECT_EQ(WhyRefused({host, "", ""}, false), std::nullopt) << host;
  }
}

TEST(RequestGuardTest, HostsThatASiteCouldPointHereAreNot) {
  for (const char* const host :
       {"evil.example.com", "evil.example.com:15014", "svc.evil.com", "10.0.0.7.nip.io",
        "127.0.0.1.evil.com.", "localhost.evil.com", ":15014", ".", "a.com:b"}) {
    EXPECT_NE(WhyRefused({host, "", ""}, false), std::nullopt) << host;
    EXPECT_NE(WhyRefused({host, "http://" + std::string(host), "same-origin"}, true), std::nullopt);
  }
}

TEST(RequestGuardTest, FormsComeFromThePageItself) {
  struct Case {
    const char* origin;
    const char* fetch_site;
    bool allowed;
  };
  const Case cases[] = {
      {"http://localhost:15014", "same-origin", true},
      {"http://localhost:15014", "", true},
      {"http://LOCALHOST:15014", "", true},
      {"", "", true},  // No browser.
      {"http://localhost:15014", "cross-site", false},
      {"", "same-site", false},
      {"", "none", false},
      {"https://evil.example.com", "", false},
      {"http://localhost:8080", "", false},
      {"null", "", false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(!WhyRefused({"localhost:15014", c.origin, c.fetch_site}, true).has_value(), c.allowed)
        << c.origin << ' ' << c.fetch_site;
  }
}

TEST(RequestGuardTest, LinksMayLeadHereFromAnywhere) {
  EXPECT_EQ(WhyRefused({"localhost", "https://example.com", "cross-site"}, false), std::nullopt);
}

}  // namespace
}  // namespace sidecar::ui
