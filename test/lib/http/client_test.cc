#include "lib/http/client.h"

#include <future>
#include <optional>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include "lib/base/published.h"
#include "lib/base/task_group.h"
#include "lib/http/client_tls_context.h"
#include "lib/http/server.h"
#include "lib/http/tls_context.h"
#include "test/support/await.h"
#include "test/support/certificates.h"
#include "test/support/scripted_peer.h"

namespace sidecar {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing_support::Await;
using testing_support::CertificateRequest;
using testing_support::Credentials;
using testing_support::MakeCertificate;
using testing_support::ScriptedPeer;
using Connection = ScriptedPeer::Connection;
using End = ScriptedPeer::End;

constexpr const char* kHello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

HttpCall Call(std::string method, std::string target, std::string body = "") {
  HttpCall call;
  call.method = std::move(method);
  call.target = std::move(target);
  call.body = std::move(body);
  return call;
}

HttpEndpoint Endpoint(std::uint16_t port, bool tls) {
  HttpEndpoint endpoint;
  endpoint.tls = tls;
  endpoint.host = "127.0.0.1";
  endpoint.port = port;
  return endpoint;
}

Deadline Soon() {
  return Clock::now() + seconds(30);
}

// A client of a scripted peer.
class HttpClientTest : public testing::Test {
 protected:
  void Serve(std::vector<Connection> script, HttpClientOptions options = {}) {
    peer_.emplace(std::move(script));
    client_.emplace(Endpoint(peer_->port(), false), nullptr, options);
  }
  Result<HttpReply> Send(std::string method, Deadline deadline = Soon()) {
    return Await(io_, client_->Send(Call(std::move(method), "/x"), deadline));
  }
  // The error's code, or kInternal if there is none; `message` gets its text.
  ErrorCode Failure(const Result<HttpReply>& reply) {
    message_ = reply.has_value() ? "" : reply.error().message;
    return reply.has_value() ? ErrorCode::kInternal : reply.error().code;
  }
  std::string Url() const { return "http://127.0.0.1:" + std::to_string(peer_->port()) + "/x"; }

  asio::io_context io_;
  std::optional<ScriptedPeer> peer_;
  std::optional<HttpClient> client_;
  std::string message_;
};

TEST_F(HttpClientTest, KeepsItsConnection) {
  Serve({Connection{{kHello, kHello, kHello}}});
  for (int i = 0; i < 3; ++i) {
    const auto reply = Send("POST");
    ASSERT_TRUE(reply.has_value()) << reply.error().message;
    EXPECT_EQ(reply->body, "hello");
  }
  EXPECT_EQ(peer_->connections(), 1U);
}

TEST_F(HttpClientTest, DoesNotKeepWhatTheServerCloses) {
  Serve({Connection{{"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"}},
         Connection{{"HTTP/1.1 200 OK\r\n\r\nto the end"}}, Connection{{kHello}}});
  EXPECT_TRUE(Send("POST").has_value());
  EXPECT_EQ(Send("POST")->body, "to the end");
  EXPECT_EQ(Send("POST")->body, "hello");
  EXPECT_EQ(peer_->connections(), 3U);
}

TEST_F(HttpClientTest, KeepsNoMoreAndNoLongerThanAllowed) {
  HttpClientOptions options;
  options.max_idle_connections = 0;
  Serve({Connection{{kHello}, End::kHang}, Connection{{kHello}, End::kHang}}, options);
  EXPECT_TRUE(Send("GET").has_value());
  EXPECT_TRUE(Send("GET").has_value());

  options.max_idle_connections = 1;
  options.idle_timeout = milliseconds(0);
  Serve({Connection{{kHello}, End::kHang}, Connection{{kHello}, End::kHang}}, options);
  EXPECT_TRUE(Send("GET").has_value());
  EXPECT_TRUE(Send("GET").has_value());
}

TEST_F(HttpClientTest, AConnectionThatTheServerClosedMeanwhileIsNotUsed) {
  Serve({Connection{{kHello}}, Connection{{kHello}}});
  EXPECT_TRUE(Send("POST").has_value());
  // The second connection is accepted only after the first is closed.
  while (peer_->requests().empty()) std::this_thread::yield();
  std::this_thread::yield();
  const auto again = Send("GET");
  EXPECT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(peer_->connections(), 2U);
}

TEST_F(HttpClientTest, AGetOnAStaleConnectionIsRepeatedOnce) {
  // The second request is read before the connection is closed: nobody could have known.
  Serve({Connection{{kHello, ""}}, Connection{{kHello}}});
  EXPECT_TRUE(Send("GET").has_value());
  const auto again = Send("GET");
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(again->body, "hello");
}

TEST_F(HttpClientTest, APostOnAStaleConnectionIsNotRepeated) {
  Serve({Connection{{kHello, ""}}, Connection{{kHello}}});
  EXPECT_TRUE(Send("POST").has_value());
  EXPECT_EQ(Failure(Send("POST")), ErrorCode::kUnavailable);
  EXPECT_EQ(peer_->connections(), 1U);
}

TEST_F(HttpClientTest, AGetOnANewConnectionIsNotRepeated) {
  Serve({Connection{{""}}, Connection{{kHello}}});
  EXPECT_EQ(Failure(Send("GET")), ErrorCode::kUnavailable);
  EXPECT_EQ(message_, "GET \"" + Url() +
                          "\": wait for the reply: the connection was closed before the reply");
}

TEST_F(HttpClientTest, AnythingButAWholeReplyIsAnError) {
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string& reply :
       {std::string("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhal"), chunked + "5\r\nhel",
        chunked + "5\r\nhello\r\n", std::string("HTTP/1.1 200"), std::string("220 smtp ready\r\n"),
        chunked + "zz\r\n"}) {
    for (const End end : {End::kClose, End::kReset}) {
      Serve({Connection{{reply}, end}});
      EXPECT_EQ(Failure(Send("GET")), ErrorCode::kUnavailable) << reply << message_;
    }
  }
}

TEST_F(HttpClientTest, LimitsHeadersAndBody) {
  HttpClientOptions options;
  options.max_header_bytes = 1000;
  options.max_body_bytes = 1000;
  Serve({Connection{{"HTTP/1.1 200 OK\r\nX: " + std::string(2000, 'x')}, End::kHang}}, options);
  EXPECT_EQ(Failure(Send("GET")), ErrorCode::kInvalidArgument);
  Serve({Connection{{"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n"}, End::kHang}}, options);
  EXPECT_EQ(Failure(Send("GET")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(message_,
            "GET \"" + Url() + "\": read the reply: the reply's body is longer than 1000 bytes");
}

TEST_F(HttpClientTest, ADeadlineSaysWhatTookSoLong) {
  Serve({Connection{{""}, End::kHang}});
  EXPECT_EQ(Failure(Send("GET", Clock::now() + milliseconds(20))), ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(message_, "GET \"" + Url() + "\": wait for the reply: deadline exceeded");

  Serve({Connection{{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nslow"}, End::kHang}});
  EXPECT_EQ(Failure(Send("GET", Clock::now() + milliseconds(20))), ErrorCode::kDeadlineExceeded);
}

TEST_F(HttpClientTest, NobodyThereIsSaidPlainly) {
  Serve({});
  const std::string where = "127.0.0.1:" + std::to_string(peer_->port());
  const std::string url = Url();
  peer_.reset();
  EXPECT_EQ(Failure(Send("GET")), ErrorCode::kUnavailable);
  EXPECT_EQ(message_, "GET \"" + url + "\": connect to " + where + ": connection refused");
}

TEST_F(HttpClientTest, AServerThatRefusesALongRequestIsHeard) {
  Serve(
      {Connection{{"HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno"}}});
  const auto reply =
      Await(io_, client_->Send(Call("POST", "/x", std::string(100'000, 'x')), Soon()));
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_EQ(reply->status, 413);
}

TEST_F(HttpClientTest, AStreamIsHandedOverAsItComes) {
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  Serve({Connection{{chunked + "5\r\nhello\r\n"}, End::kHang}});
  std::string got;
  const HttpStreamLimits limits{Soon(), milliseconds(50)};
  const auto reply = Await(io_, client_->Stream(Call("GET", "/x"), limits,
                                                [&](std::string_view piece) { got += piece; }));
  EXPECT_EQ(got, "hello");
  EXPECT_EQ(Failure(reply), ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(message_, "GET \"" + Url() + "\": read the reply: deadline exceeded");
}

TEST_F(HttpClientTest, AStreamThatEndsWellLeavesItsConnection) {
  Serve({Connection{{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
                     "HTTP/1.1 410 Gone\r\nContent-Length: 4\r\n\r\ngone", kHello}}});
  const HttpStreamLimits limits{Soon(), seconds(30)};
  std::string got;
  const auto sink = [&](std::string_view piece) { got += piece; };
  auto reply = Await(io_, client_->Stream(Call("GET", "/x"), limits, sink));
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_EQ(got, "a");
  reply = Await(io_, client_->Stream(Call("GET", "/x"), limits, sink));
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_EQ(reply->status, 410);
  EXPECT_EQ(reply->body, "gone");
  EXPECT_EQ(got, "a");
  EXPECT_TRUE(Send("GET").has_value());
  EXPECT_EQ(peer_->connections(), 1U);
}

TEST_F(HttpClientTest, AStreamThatIsCutIsAnError) {
  for (const End end : {End::kClose, End::kReset}) {
    Serve({Connection{{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"}, end}});
    const HttpStreamLimits limits{Soon(), seconds(30)};
    const auto reply =
        Await(io_, client_->Stream(Call("GET", "/x"), limits, [](std::string_view) {}));
    EXPECT_EQ(Failure(reply), ErrorCode::kUnavailable);
  }
}

TEST_F(HttpClientTest, ACallThatCannotBeWrittenIsNotSent) {
  Serve({});
  const auto reply = Await(io_, client_->Send(Call("GET", "no path"), Soon()));
  EXPECT_EQ(Failure(reply), ErrorCode::kInvalidArgument);
}

// A client of our own server, over TLS, on several threads.
class HttpsClientTest : public testing::Test {
 protected:
  ~HttpsClientTest() override {
    tasks_.Stop();
    asio::co_spawn(pool_, tasks_.Join(), asio::use_future).get();
    client_.reset();
    pool_.join();
  }

  static asio::awaitable<HttpResponse> Echo(const HttpRequest& request) {
    HttpResponse response;
    response.body =
        request.method + ' ' + request.target + ' ' + request.body + request.client_name;
    co_return response;
  }

  void Serve(const Credentials& identity, const ClientCheck& clients = {}) {
    const auto pair = pki::ReadKeyPair(identity.certificate, identity.key);
    ASSERT_TRUE(pair.has_value()) << pair.error().message;
    const auto context = MakeServerTlsContext(*pair, clients);
    ASSERT_TRUE(context.has_value()) << context.error().message;
    certificates_.Publish(*context);
    HttpServerOptions options;
    options.address = "127.0.0.1";
    options.port = 0;
    server_.emplace(options, &certificates_, &Echo, tasks_);
    const auto port = server_->Start();
    ASSERT_TRUE(port.has_value()) << port.error().message;
    port_ = *port;
  }

  void Connect(const ClientTlsOptions& tls, std::string server_name = "") {
    const auto context = MakeClientTlsContext(tls);
    ASSERT_TRUE(context.has_value()) << context.error().message;
    HttpEndpoint endpoint = Endpoint(port_, true);
    endpoint.server_name = std::move(server_name);
    client_.emplace(endpoint, *context);
  }

  Result<HttpReply> Send() {
    return asio::co_spawn(tasks_.NewStrand(), client_->Send(Call("PUT", "/x", "body"), Soon()),
                          asio::use_future)
        .get();
  }
  std::string Failure() {
    const auto reply = Send();
    return reply.has_value() ? "" : reply.error().message;
  }
  std::string Handshake(std::string_view what) const {
    const std::string where = "127.0.0.1:" + std::to_string(port_);
    return "PUT \"https://" + where + "/x\": TLS handshake with " + where + ": " +
           std::string(what);
  }

  static ClientTlsOptions Trust(const Credentials& authority) {
    ClientTlsOptions options;
    options.ca_pem = authority.certificate;
    return options;
  }

  asio::thread_pool pool_{2};
  TaskGroup tasks_{pool_.get_executor()};
  Published<asio::ssl::context> certificates_;
  std::optional<HttpServer> server_;
  std::optional<HttpClient> client_;
  std::uint16_t port_ = 0;
  Credentials authority_ = MakeCertificate(
      {.common_name = "ca", .alternative_names = {}, .is_ca = true, .extended_key_usage = ""});
};

TEST_F(HttpsClientTest, TrustsWhomTheAuthoritySigned) {
  Serve(MakeCertificate({}, &authority_));
  Connect(Trust(authority_));
  const auto reply = Send();
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->content_type, "application/json");
  EXPECT_EQ(reply->body, "PUT /x body");
}

TEST_F(HttpsClientTest, TrustsALeafThatIsItsOwnAuthority) {
  const Credentials leaf = MakeCertificate({});
  Serve(leaf);
  Connect(Trust(leaf));
  EXPECT_EQ(Failure(), "");
}

TEST_F(HttpsClientTest, RefusesOtherAuthorities) {
  Serve(MakeCertificate({}, &authority_));
  Connect(Trust(MakeCertificate({})));
  EXPECT_EQ(Failure(), Handshake("certificate signed by unknown authority"));
}

TEST_F(HttpsClientTest, RefusesOtherNames) {
  CertificateRequest request;
  request.alternative_names = {"DNS:a.example", "IP:10.0.0.1"};
  Serve(MakeCertificate(request, &authority_));
  Connect(Trust(authority_));
  EXPECT_EQ(Failure(), Handshake("certificate is valid for a.example, 10.0.0.1, not 127.0.0.1"));
  Connect(Trust(authority_), "b.example");
  EXPECT_EQ(Failure(), Handshake("certificate is valid for a.example, 10.0.0.1, not b.example"));
  Connect(Trust(authority_), "10.0.0.1");
  EXPECT_EQ(Failure(), "");
  Connect(Trust(authority_), "a.example");
  EXPECT_EQ(Failure(), "");
}

TEST_F(HttpsClientTest, ACommonNameIsNoName) {
  CertificateRequest request;
  request.common_name = "a.example";
  request.alternative_names = {};
  Serve(MakeCertificate(request, &authority_));
  Connect(Trust(authority_), "a.example");
  EXPECT_EQ(Failure(), Handshake("certificate is valid for no name at all, not a.example"));
}

TEST_F(HttpsClientTest, RefusesWhatHasExpired) {
  CertificateRequest request;
  request.not_before_seconds = -100;
  request.not_after_seconds = -50;
  Serve(MakeCertificate(request, &authority_));
  Connect(Trust(authority_));
  EXPECT_EQ(Failure(), Handshake("certificate: certificate has expired"));
}

TEST_F(HttpsClientTest, InsecureMeansAnybody) {
  CertificateRequest request;
  request.alternative_names = {"DNS:a.example"};
  request.not_after_seconds = -50;
  request.not_before_seconds = -100;
  Serve(MakeCertificate(request, &authority_));
  ClientTlsOptions options;
  options.insecure_skip_verify = true;
  Connect(options);
  EXPECT_EQ(Failure(), "");
}

TEST_F(HttpsClientTest, PresentsItsCertificate) {
  CertificateRequest request;
  request.common_name = "me";
  request.extended_key_usage = "clientAuth";
  const Credentials client = MakeCertificate(request, &authority_);
  ClientCheck check;
  check.ca_pem = authority_.certificate;
  Serve(MakeCertificate({}, &authority_), check);
  ClientTlsOptions options = Trust(authority_);
  options.certificate_pem = client.certificate;
  options.key_pem = client.key;
  Connect(options);
  const auto reply = Send();
  ASSERT_TRUE(reply.has_value()) << reply.error().message;
  EXPECT_EQ(reply->body, "PUT /x bodyme");

  Connect(Trust(authority_));
  EXPECT_NE(Failure().find("certificate required"), std::string::npos) << Failure();
}

TEST_F(HttpsClientTest, AServerWithoutTlsIsNamedAsSuch) {
  HttpServerOptions options;
  options.address = "127.0.0.1";
  options.port = 0;
  server_.emplace(options, nullptr, &Echo, tasks_);
  port_ = *server_->Start();
  Connect(Trust(authority_));
  EXPECT_EQ(Failure(), Handshake("the server does not speak TLS"));
}

TEST_F(HttpsClientTest, ServesManyStrandsAtOnce) {
  Serve(MakeCertificate({}, &authority_));
  Connect(Trust(authority_));
  std::vector<std::future<Result<HttpReply>>> replies;
  for (int i = 0; i < 200; ++i) {
    replies.push_back(asio::co_spawn(tasks_.NewStrand(),
                                     client_->Send(Call("PUT", "/x", std::to_string(i)), Soon()),
                                     asio::use_future));
  }
  for (int i = 0; i < 200; ++i) {
    const auto reply = replies[static_cast<std::size_t>(i)].get();
    ASSERT_TRUE(reply.has_value()) << reply.error().message;
    EXPECT_EQ(reply->body, "PUT /x " + std::to_string(i));
  }
}

TEST_F(HttpsClientTest, ConnectionsMoveFromStrandToStrand) {
  Serve(MakeCertificate({}, &authority_));
  Connect(Trust(authority_));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Failure(), "");
  EXPECT_EQ(server_->counters().connections_accepted, 1U);
}

TEST(HttpClientCancellationTest, EndsTheCallAtAnyPoint) {
  const std::vector<Connection> scripts = {
      Connection{{""}, End::kHang},
      Connection{{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nslow"}, End::kHang}};
  for (const Connection& script : scripts) {
    asio::thread_pool pool(2);
    TaskGroup tasks(pool.get_executor());
    const ScriptedPeer peer({script});
    HttpClient client(Endpoint(peer.port(), false), nullptr);
    std::promise<Result<HttpReply>> outcome;
    struct Run {
      static asio::awaitable<void> Call(HttpClient& client,
                                        std::promise<Result<HttpReply>>& outcome) {
        HttpCall call;
        call.method = "GET";
        call.target = "/x";
        Result<HttpReply> reply = co_await client.Send(std::move(call), Clock::now() + seconds(60));
        outcome.set_value(std::move(reply));
      }
    };
    tasks.Spawn("call", tasks.NewStrand(), [&] { return Run::Call(client, outcome); });
    while (peer.requests().empty()) std::this_thread::yield();
    tasks.Stop();
    const auto reply = outcome.get_future().get();
    ASSERT_FALSE(reply.has_value());
    EXPECT_EQ(reply.error().code, ErrorCode::kCancelled) << reply.error().message;
    asio::co_spawn(pool, tasks.Join(), asio::use_future).get();
    pool.join();
  }
}

}  // namespace
}  // namespace sidecar
