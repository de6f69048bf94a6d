#include "lib/kube/api_client.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "lib/kube/protocol/request.h"
#include "lib/kube/protocol/resources.h"
#include "lib/kube/sync.h"
#include "test/support/scripted_peer.h"
#include "test/support/temp_folder.h"

namespace sidecar::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing_support::ScriptedPeer;
using Connection = ScriptedPeer::Connection;

std::string Reply(const std::string& status, const std::string& body,
                  const std::string& headers = "") {
  return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string Status(int code, const std::string& reason, const std::string& message) {
  return Json{{"kind", "Status"}, {"code", code}, {"reason", reason}, {"message", message}}.dump();
}

class ApiClientTest : public testing::Test {
 protected:
  ~ApiClientTest() override { client_.reset(); }

  void Serve(std::vector<std::string> replies) {
    peer_.emplace(std::vector<Connection>{{std::move(replies), ScriptedPeer::End::kHang}});
    config_.endpoint.tls = false;
    config_.endpoint.host = "127.0.0.1";
    config_.endpoint.port = peer_->port();
    config_.source = "test";
    auto client = ApiClient::Create(config_, options_);
    ASSERT_TRUE(client.has_value()) << client.error().message;
    client_ = *std::move(client);
  }
  Result<Json> Get(Deadline deadline = Clock::now() + seconds(30)) {
    return RunToEnd(io_, client_->Call(GetRequest(kConfigMaps, "ns", "name"), deadline));
  }
  bool Sent(std::size_t index, const std::string& text) {
    return peer_->requests().at(index).find(text) != std::string::npos;
  }

  boost::asio::io_context io_;
  testing_support::TempFolder folder_;
  ClientConfig config_;
  ApiClientOptions options_{.user_agent = "tester/1"};
  std::optional<ScriptedPeer> peer_;
  std::unique_ptr<ApiClient> client_;
};

TEST_F(ApiClientTest, SendsWhoItIsAndReturnsJson) {
  config_.path_prefix = "/prefix";
  config_.token = "t";
  config_.impersonation.user = "other";
  config_.impersonation.groups = {"g", "h"};
  config_.impersonation.extra = {{"example.com/A", "v"}};
  Serve({Reply("200 OK", R"({"a":1})")});
  const auto object = Get();
  ASSERT_TRUE(object.has_value()) << object.error().message;
  EXPECT_EQ(object->dump(), R"({"a":1})");
  EXPECT_TRUE(Sent(0, "GET /prefix/api/v1/namespaces/ns/configmaps/name HTTP/1.1\r\n"));
  for (const char* const header :
       {"User-Agent: tester/1", "Authorization: Bearer t", "Impersonate-User: other",
        "Impersonate-Group: g", "Impersonate-Group: h", "Impersonate-Extra-example.com%2FA: v"}) {
    EXPECT_TRUE(Sent(0, "\r\n" + std::string(header) + "\r\n")) << header;
  }
}

TEST_F(ApiClientTest, ABodyIsSentWithItsType) {
  Serve({Reply("201 Created", "{}")});
  const auto made = RunToEnd(io_, client_->Call(CreateRequest(kConfigMaps, "ns", R"({"x":2})")));
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_TRUE(Sent(0, "POST /api/v1/namespaces/ns/configmaps"));
  EXPECT_TRUE(Sent(0, "Content-Type: application/json\r\n"));
  EXPECT_TRUE(Sent(0, "\r\n\r\n{\"x\":2}"));
}

TEST_F(ApiClientTest, ARefusalIsTheServersMessage) {
  Serve({Reply("404 Not Found", Status(404, "NotFound", "configmaps \"name\" not found")),
         Reply("409 Conflict", Status(409, "AlreadyExists", "there is one")),
         Reply("200 OK", "no json"), Reply("200 OK", "")});
  const auto missing = Get();
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(missing.error().message, "configmaps \"name\" not found");
  EXPECT_EQ(Get().error().code, ErrorCode::kAlreadyExists);
  EXPECT_FALSE(Get().has_value());
  const auto empty = Get();
  ASSERT_TRUE(empty.has_value()) << empty.error().message;
  EXPECT_TRUE(empty->is_null());
}

TEST_F(ApiClientTest, ARefusedTokenIsReadAgainOnce) {
  folder_.Write("token", "one");
  config_.token_file = folder_.Path("token");
  const std::string refusal =
      Reply("401 Unauthorized", Status(401, "Unauthorized", "Unauthorized"));
  Serve({Reply("200 OK", "{}"), refusal, Reply("200 OK", "{}"), refusal, refusal});
  ASSERT_TRUE(Get().has_value());
  folder_.Write("token", "two");
  ASSERT_TRUE(Get().has_value());
  EXPECT_TRUE(Sent(1, "Bearer one"));
  EXPECT_TRUE(Sent(2, "Bearer two"));
  const auto refused = Get();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kUnauthenticated);
  EXPECT_EQ(refused.error().message,
            "the API server refuses the credentials of test: Unauthorized");
}

TEST_F(ApiClientTest, ARefusedTokenThatCannotChangeIsNotTriedAgain) {
  config_.token = "t";
  Serve({Reply("401 Unauthorized", Status(401, "Unauthorized", "Unauthorized"))});
  EXPECT_EQ(Get().error().code, ErrorCode::kUnauthenticated);
  EXPECT_EQ(peer_->requests().size(), 1U);
}

TEST_F(ApiClientTest, ABusyServerIsAskedAgainAsItWishes) {
  const std::string busy = Status(429, "TooManyRequests", "later");
  Serve({Reply("429 Too Many Requests", busy, "Retry-After: 0\r\n"),
         Reply("503 Service Unavailable", busy, "Retry-After: 0\r\n"), Reply("200 OK", "{}"),
         Reply("429 Too Many Requests", busy), Reply("503 Busy", busy, "Retry-After: 60\r\n")});
  EXPECT_TRUE(Get().has_value());
  EXPECT_EQ(peer_->requests().size(), 3U);
  EXPECT_FALSE(Get().has_value());
  EXPECT_EQ(peer_->requests().size(), 4U);
  // The deadline would be over by then.
  EXPECT_FALSE(Get().has_value());
  EXPECT_EQ(peer_->requests().size(), 5U);
}

TEST_F(ApiClientTest, TheRateLimitHolds) {
  options_.qps = 0.001;
  options_.burst = 1;
  Serve({Reply("200 OK", "{}"), Reply("200 OK", "{}")});
  EXPECT_TRUE(Get().has_value());
  const auto second = Get();
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(peer_->requests().size(), 1U);
}

TEST_F(ApiClientTest, AWatchIsStreamedAndItsRefusalIsAnError) {
  Serve({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na\nb\r\n1\r\n\n\r\n0\r\n\r\n",
         Reply("410 Gone", Status(410, "Expired", "too old"))});
  const HttpStreamLimits limits{Clock::now() + seconds(30), seconds(30)};
  std::string got;
  const auto watch = [&] {
    return RunToEnd(io_, client_->Watch(WatchRequest(kConfigMaps, "ns", {}), limits,
                                        [&](std::string_view piece) { got += piece; }));
  };
  const auto ended = watch();
  ASSERT_TRUE(ended.has_value()) << ended.error().message;
  EXPECT_EQ(got, "a\nb\n");
  const auto refused = watch();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kGone);
}

TEST_F(ApiClientTest, UnusableCertificatesAreToldAtTheStart) {
  config_.endpoint.host = "k8s";
  config_.ca_pem = "no certificate";
  config_.source = "kubeconfig /k";
  const auto client = ApiClient::Create(config_, options_);
  ASSERT_FALSE(client.has_value());
  EXPECT_TRUE(client.error().message.starts_with("kubeconfig /k: certificate authority: "))
      << client.error().message;
}

}  // namespace
}  // namespace sidecar::kube
