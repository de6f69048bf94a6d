#include "lib/http/call_text.h"

#include <gtest/gtest.h>

namespace sidecar {
namespace {

HttpEndpoint Endpoint(std::string host, std::uint16_t port, bool tls = true) {
  HttpEndpoint endpoint;
  endpoint.tls = tls;
  endpoint.host = std::move(host);
  endpoint.port = port;
  return endpoint;
}

HttpCall Get(std::string target) {
  HttpCall call;
  call.method = "GET";
  call.target = std::move(target);
  return call;
}

TEST(CallTextTest, TheAuthorityNamesThePortUnlessItIsTheSchemesOwn) {
  EXPECT_EQ(Authority(Endpoint("k8s", 443)), "k8s");
  EXPECT_EQ(Authority(Endpoint("k8s", 6443)), "k8s:6443");
  EXPECT_EQ(Authority(Endpoint("k8s", 443, false)), "k8s:443");
  EXPECT_EQ(Authority(Endpoint("10.0.0.1", 80, false)), "10.0.0.1");
  EXPECT_EQ(Authority(Endpoint("fd00::1", 6443)), "[fd00::1]:6443");
  EXPECT_EQ(Authority(Endpoint("fe80::1%eth0", 443)), "[fe80::1]");
}

TEST(CallTextTest, ACallIsWrittenInItsOrder) {
  HttpCall call = Get("/api?limit=1");
  call.headers = {{"Accept", "application/json"}, {"User-Agent", "x/1 (y)"}};
  EXPECT_EQ(*WriteCall(call, Endpoint("k8s", 6443)),
            "GET /api?limit=1 HTTP/1.1\r\nHost: k8s:6443\r\nAccept: application/json\r\n"
            "User-Agent: x/1 (y)\r\n\r\n");
}

TEST(CallTextTest, ABodyHasALengthAlsoIfItIsEmpty) {
  HttpCall call = Get("/x");
  call.method = "POST";
  EXPECT_EQ(*WriteCall(call, Endpoint("h", 443)),
            "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
  call.body = "{}";
  EXPECT_EQ(*WriteCall(call, Endpoint("h", 443)),
            "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}");
}

TEST(CallTextTest, NothingCanBeSmuggledIn) {
  for (const char* const target : {"", "x", "/a b", "/a\r\nX: y", "/a\n", "/a#b", "/\xC3\xA4"}) {
    EXPECT_FALSE(WriteCall(Get(target), Endpoint("h", 443)).has_value()) << target;
  }
  for (const char* const method : {"", "GE T", "GET\r\n", "HEAD", "CONNECT"}) {
    HttpCall call = Get("/");
    call.method = method;
    EXPECT_FALSE(WriteCall(call, Endpoint("h", 443)).has_value()) << method;
  }
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"", "x"}, {"a b", "x"}, {"a:", "x"}, {"A", "x\r\nB: y"}, {"A", std::string(1, '\0')}}) {
    HttpCall call = Get("/");
    call.headers = {{name, value}};
    EXPECT_FALSE(WriteCall(call, Endpoint("h", 443)).has_value()) << name;
  }
}

TEST(CallTextTest, ValuesAreNotShownInErrors) {
  HttpCall call = Get("/");
  call.headers = {{"Authorization", "Bearer secret\n"}};
  const auto text = WriteCall(call, Endpoint("h", 443));
  ASSERT_FALSE(text.has_value());
  EXPECT_EQ(text.error().message,
            "the value of HTTP header Authorization holds a control character");
}

}  // namespace
}  // namespace sidecar
