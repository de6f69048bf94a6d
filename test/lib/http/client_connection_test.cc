#include "lib/http/client_connection.h"

#include <gtest/gtest.h>

#include "test/support/await.h"
#include "test/support/scripted_peer.h"

namespace sidecar {
namespace {

using testing_support::Await;
using testing_support::ScriptedPeer;
using Connection = ScriptedPeer::Connection;
using std::chrono::seconds;

HttpEndpoint Plain(std::string host, std::uint16_t port) {
  HttpEndpoint endpoint;
  endpoint.tls = false;
  endpoint.host = std::move(host);
  endpoint.port = port;
  return endpoint;
}

boost::asio::awaitable<Result<std::string>> Talk(ClientConnection& connection) {
  Result<void> opened = co_await connection.Open(Clock::now() + seconds(30));
  if (!opened.has_value()) co_return std::move(opened).error();
  Result<void> written = co_await connection.Write("hello\r\n\r\n");
  if (!written.has_value()) co_return std::move(written).error();
  std::string all;
  while (true) {
    Result<std::string_view> piece = co_await connection.Read();
    if (!piece.has_value()) co_return std::move(piece).error();
    if (piece->empty()) co_return all;
    all.append(*piece);
  }
}

TEST(ClientConnectionTest, FindsAHostByNameAndReadsToTheEnd) {
  const ScriptedPeer peer({Connection{{"some bytes"}}});
  boost::asio::io_context io;
  // May be looked up as ::1 first, where nobody listens.
  ClientConnection connection(Plain("localhost", peer.port()), nullptr);
  const auto text = Await(io, Talk(connection));
  ASSERT_TRUE(text.has_value()) << text.error().message;
  EXPECT_EQ(*text, "some bytes");
}

TEST(ClientConnectionTest, IsQuietUntilTheServerSpeaksOrLeaves) {
  ScriptedPeer peer({Connection{{"", "late"}, ScriptedPeer::End::kHang}});
  boost::asio::io_context io;
  ClientConnection connection(Plain("127.0.0.1", peer.port()), nullptr);
  ASSERT_TRUE(Await(io, connection.Open(Clock::now() + seconds(30))).has_value());
  EXPECT_TRUE(connection.IsQuiet());
  ASSERT_TRUE(Await(io, connection.Write("one\r\n\r\ntwo\r\n\r\n")).has_value());
  while (connection.IsQuiet()) std::this_thread::yield();
  EXPECT_EQ(*Await(io, connection.Read()), "late");
}

TEST(ClientConnectionTest, SaysWhatItWasDoing) {
  std::uint16_t unused = 0;
  { unused = ScriptedPeer({}).port(); }
  boost::asio::io_context io;
  ClientConnection connection(Plain("127.0.0.1", unused), nullptr);
  const auto opened = Await(io, connection.Open(Clock::now() + seconds(30)));
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(opened.error().message, "connection refused");
  EXPECT_EQ(connection.activity(), "connect to 127.0.0.1:" + std::to_string(unused));
}

TEST(ClientConnectionTest, AHostThatDoesNotExistIsUnavailable) {
  boost::asio::io_context io;
  ClientConnection connection(Plain("no-such-host.invalid", 443), nullptr);
  const auto opened = Await(io, connection.Open(Clock::now() + seconds(30)));
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(connection.activity(), "look up no-such-host.invalid");
}

}  // namespace
}  // namespace sidecar
