#include "lib/http/server_connection.h"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "lib/http/tls_context.h"
#include "lib/pki/certificate.h"
#include "test/support/certificates.h"

namespace sidecar {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

constexpr std::size_t kManyBytes = 40U << 20U;  // More than any socket buffers.

asio::awaitable<HttpResponse> Answer(const HttpRequest& request) {
  HttpResponse response;
  response.body = request.target == "/many" ? std::string(kManyBytes, 'm')
                                            : request.target + "=" + request.body + ";";
  co_return response;
}

// A connection and its client, which blocks.
class ServerConnectionTest : public testing::Test {
 protected:
  ~ServerConnectionTest() override {
    boost::system::error_code ignored;
    client_.close(ignored);
    pool_.join();
  }

  void Connect() {
    state_.handler = &Answer;
    tcp::acceptor acceptor(io_, {asio::ip::make_address("127.0.0.1"), 0});
    client_.connect(acceptor.local_endpoint());
    const auto strand = asio::make_strand(pool_.get_executor());
    auto connection = std::make_shared<ServerConnection>(acceptor.accept(strand), state_);
    connection_ = connection;
    asio::co_spawn(
        strand, [connection]() -> asio::awaitable<void> { co_await connection->Serve(); },
        asio::detached);
  }

  void Send(std::string_view bytes) { asio::write(client_, asio::buffer(bytes)); }

  // Up to `end`, or the end of the connection.
  std::string ReadTo(std::string_view end) {
    std::string reply;
    boost::system::error_code error;
    for (char next = 0; !error && !reply.ends_with(end); reply += next) {
      asio::read(client_, asio::buffer(&next, 1), error);
    }
    return reply;
  }

  // Until the connection is over, however often it takes.
  void LookUntilItIsCutOff() {
    constexpr std::chrono::seconds kPatience{20};
    const auto latest = ServerConnection::Clock::now() + kPatience;
    while (ServerConnection::Clock::now() < latest) {
      if (state_.counters.connections_open == 0) return;
      const auto connection = connection_.lock();
      if (connection != nullptr) connection->CutOffIfLate(ServerConnection::Clock::now());
      std::this_thread::yield();
    }
    FAIL() << "the connection is still there";
  }

  asio::io_context io_;
  tcp::socket client_{io_};
  HttpServerState state_;
  asio::thread_pool pool_{2};
  std::weak_ptr<ServerConnection> connection_;
};

TEST_F(ServerConnectionTest, RequestsThatComeTogetherAreAnsweredInTurn) {
  Connect();
  Send("GET /a HTTP/1.1\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 3\r\n\r\nonePOST /c");
  EXPECT_TRUE(ReadTo("/a=;").starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(ReadTo("/b=one;").starts_with("HTTP/1.1 200 OK\r\n"));
  Send(" HTTP/1.1\r\nContent-Length: 3\r\n\r\ntwo");
  EXPECT_TRUE(ReadTo("/c=two;").starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(state_.counters.requests, 3U);
}

TEST_F(ServerConnectionTest, ARequestMayComeByteByByte) {
  Connect();
  client_.set_option(tcp::no_delay(true));
  const std::string_view request = "POST /slow HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello";
  for (const char byte : request) Send({&byte, 1});
  EXPECT_TRUE(ReadTo(";").ends_with("\r\n\r\n/slow=hello;"));
}

TEST_F(ServerConnectionTest, WhoWillSendNoMoreStillGetsItsAnswer) {
  Connect();
  Send("GET /a HTTP/1.1\r\n\r\n");
  client_.shutdown(tcp::socket::shutdown_send);
  EXPECT_TRUE(ReadTo(";").ends_with("/a=;"));
}

TEST_F(ServerConnectionTest, OldClientsAreAnsweredInTheirVersion) {
  Connect();
  Send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const std::string kept = ReadTo("/a=;");
  EXPECT_TRUE(kept.starts_with("HTTP/1.0 200 OK\r\n")) << kept;
  EXPECT_NE(kept.find("\r\nConnection: keep-alive\r\n"), std::string::npos) << kept;
  Send("GET /b HTTP/1.0\r\n\r\n");
  const std::string last = ReadTo("never");
  EXPECT_EQ(last.find("\r\nConnection:"), std::string::npos) << last;
}

TEST_F(ServerConnectionTest, WhoAsksBeforeSendingTheBodyIsToldToGoAhead) {
  Connect();
  Send("POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(ReadTo("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  Send("one");
  EXPECT_TRUE(ReadTo(";").ends_with("/a=one;"));
}

TEST_F(ServerConnectionTest, ABodyThatIsNotWantedIsNotAskedFor) {
  state_.options.max_body_bytes = 2;
  Connect();
  Send("POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_TRUE(ReadTo("\r\n\r\n").starts_with("HTTP/1.1 413 "));
}

TEST_F(ServerConnectionTest, ALongAnswerArrivesWhole) {
  Connect();
  Send("GET /many HTTP/1.1\r\nConnection: close\r\n\r\n");
  const std::string head = ReadTo("\r\n\r\n");
  EXPECT_NE(head.find("Content-Length: " + std::to_string(kManyBytes)), std::string::npos) << head;
  std::string body(kManyBytes, ' ');
  asio::read(client_, asio::buffer(body));
  EXPECT_EQ(body, std::string(kManyBytes, 'm'));
}

TEST_F(ServerConnectionTest, ALongAnswerArrivesWholeThroughTls) {
  const auto credentials = testing_support::MakeCertificate({});
  const Published<asio::ssl::context> certificates(
      MakeServerTlsContext(*pki::ReadKeyPair(credentials.certificate, credentials.key)).value());
  state_.certificates = &certificates;
  Connect();
  asio::ssl::context context(asio::ssl::context::tls_client);
  asio::ssl::stream<tcp::socket&> tls(client_, context);
  tls.handshake(asio::ssl::stream_base::client);
  asio::write(tls, asio::buffer("GET /many HTTP/1.1\r\nConnection: close\r\n\r\n", 41));
  std::string reply;
  boost::system::error_code error;
  asio::read(tls, asio::dynamic_buffer(reply), error);
  EXPECT_EQ(error, asio::error::eof);  // Told, not cut.
  EXPECT_EQ(reply.size() - reply.find("\r\n\r\n") - 4, kManyBytes);
}

TEST_F(ServerConnectionTest, APeerThatDoesNotReadIsCutOff) {
  state_.options.transfer_timeout = std::chrono::milliseconds(1);
  Connect();
  Send("GET /many HTTP/1.1\r\n\r\n");
  LookUntilItIsCutOff();
  EXPECT_EQ(state_.counters.timeouts, 1U);
  EXPECT_EQ(state_.counters.connections_open, 0);
}

TEST_F(ServerConnectionTest, AnIdlePeerIsCutOffWithoutBeingCounted) {
  state_.options.idle_timeout = std::chrono::milliseconds(1);
  Connect();
  LookUntilItIsCutOff();
  EXPECT_EQ(ReadTo("never").size(), 1U);  // The byte that was not read.
  EXPECT_EQ(state_.counters.timeouts, 0U);
}

TEST_F(ServerConnectionTest, WhoIsInTimeIsLeftAlone) {
  Connect();
  Send("POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\n");
  for (int i = 0; i < 100; ++i) connection_.lock()->CutOffIfLate(ServerConnection::Clock::now());
  Send("one");
  EXPECT_TRUE(ReadTo(";").ends_with("/a=one;"));
}

}  // namespace
}  // namespace sidecar
