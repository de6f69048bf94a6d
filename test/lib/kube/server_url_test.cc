#include "lib/kube/server_url.h"

#include <map>

#include <gtest/gtest.h>

namespace sidecar::kube {
namespace {

TEST(ServerUrlTest, ReadsAddresses) {
  struct Case {
    const char* text;
    bool default_tls;
    bool tls;
    const char* host;
    std::uint16_t port;
    const char* prefix;
  };
  for (const Case& each : {
           Case{"https://10.0.0.1:6443", false, true, "10.0.0.1", 6443, ""},
           Case{"https://k8s.example/", false, true, "k8s.example", 443, ""},
           Case{"HTTPS://k8s/a/b//", false, true, "k8s", 443, "/a/b"},
           Case{"http://localhost:8080", true, false, "localhost", 8080, ""},
           Case{"http://k8s", true, false, "k8s", 80, ""},
           Case{"https://[fd00::1]:6443/x", false, true, "fd00::1", 6443, "/x"},
           Case{"https://[::1]", false, true, "::1", 443, ""},
           Case{"k8s:6443", true, true, "k8s", 6443, ""},
           Case{"k8s", false, false, "k8s", 80, ""},
       }) {
    const auto url = ParseServerUrl(each.text, each.default_tls);
    ASSERT_TRUE(url.has_value()) << each.text << ": " << url.error().message;
    EXPECT_EQ(url->endpoint.tls, each.tls) << each.text;
    EXPECT_EQ(url->endpoint.host, each.host) << each.text;
    EXPECT_EQ(url->endpoint.port, each.port) << each.text;
    EXPECT_EQ(url->path_prefix, each.prefix) << each.text;
  }
}

TEST(ServerUrlTest, RefusesEverythingElse) {
  for (const char* const text :
       {"", "https://", "https:///x", "ftp://k8s", "https://k8s:0", "https://k8s:65536",
        "https://k8s:x", "https://a b", "https://[10.0.0.1]", "https://[::1", "https://[::1]x",
        "https://fd00::1", "https://k8s/?a=b", "https://k8s/#f", "https://k8s/a b",
        "https://k8s\r\nX: y"}) {
    const auto url = ParseServerUrl(text, true);
    ASSERT_FALSE(url.has_value()) << text;
    EXPECT_EQ(url.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(ServerUrlTest, APasswordIsNotShown) {
  const auto url = ParseServerUrl("https://me:secret@k8s", true);
  ASSERT_FALSE(url.has_value());
  EXPECT_EQ(url.error().message.find("secret"), std::string::npos);
}

std::string Proxy(const char* url, std::map<std::string, std::string> variables) {
  return ProxyVariable(ParseServerUrl(url, true)->endpoint,
                       [&](const std::string& name) { return variables[name]; });
}

TEST(ProxyVariableTest, NamesTheVariableThatCounts) {
  EXPECT_EQ(Proxy("https://k8s", {}), "");
  EXPECT_EQ(Proxy("https://k8s", {{"HTTPS_PROXY", "http://p"}}), "HTTPS_PROXY");
  EXPECT_EQ(Proxy("https://k8s", {{"https_proxy", "http://p"}}), "https_proxy");
  EXPECT_EQ(Proxy("https://k8s", {{"HTTP_PROXY", "http://p"}}), "");
  EXPECT_EQ(Proxy("http://k8s", {{"HTTP_PROXY", "http://p"}}), "HTTP_PROXY");
  EXPECT_EQ(Proxy("https://127.0.0.1", {{"HTTPS_PROXY", "http://p"}}), "");
  EXPECT_EQ(Proxy("https://[::1]", {{"HTTPS_PROXY", "http://p"}}), "");
  EXPECT_EQ(Proxy("https://localhost", {{"HTTPS_PROXY", "http://p"}}), "");
}

TEST(ProxyVariableTest, KnowsTheExceptions) {
  const auto is_exempt = [](const char* url, const char* list) {
    return Proxy(url, {{"HTTPS_PROXY", "http://p"}, {"NO_PROXY", list}}).empty();
  };
  EXPECT_TRUE(is_exempt("https://k8s", "*"));
  EXPECT_TRUE(is_exempt("https://k8s.example", "x, k8s.EXAMPLE"));
  EXPECT_TRUE(is_exempt("https://k8s.example", "example"));
  EXPECT_TRUE(is_exempt("https://k8s.example", ".example"));
  EXPECT_TRUE(is_exempt("https://k8s.example", "*.example"));
  EXPECT_TRUE(is_exempt("https://10.1.2.3", "10.0.0.0/8"));
  EXPECT_TRUE(is_exempt("https://10.1.2.3", "10.1.2.3"));
  EXPECT_TRUE(is_exempt("https://[fd00::5]", "fd00::/16"));
  EXPECT_TRUE(is_exempt("https://[fd00::5]", "fd00::5"));
  EXPECT_TRUE(is_exempt("https://k8s:6443", "k8s:6443"));
  EXPECT_FALSE(is_exempt("https://k8s", "k8s:6443"));
  EXPECT_FALSE(is_exempt("https://example", ".example"));
  EXPECT_FALSE(is_exempt("https://notexample", "example"));
  EXPECT_FALSE(is_exempt("https://10.1.2.3", "11.0.0.0/8,2.3,,nonsense/7"));
}

}  // namespace
}  // namespace sidecar::kube
