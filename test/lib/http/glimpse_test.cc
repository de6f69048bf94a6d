#include "lib/http/glimpse.h"

#include <gtest/gtest.h>

#include "test/support/await.h"
#include "test/support/scripted_peer.h"

namespace sidecar {
namespace {

using testing_support::Await;
using testing_support::ScriptedPeer;
using Connection = ScriptedPeer::Connection;
using std::chrono::seconds;

HttpEndpoint Plain(std::uint16_t port) {
  HttpEndpoint endpoint;
  endpoint.tls = false;
  endpoint.host = "127.0.0.1";
  endpoint.port = port;
  return endpoint;
}

TEST(GlimpseTest, TellsTheDateOfEvenARefusal) {
  const ScriptedPeer peer({Connection{
      {"HTTP/1.1 401 Unauthorized\r\nX: y\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n"}}});
  boost::asio::io_context io;
  const auto glimpse = Await(io, LookAt(Plain(peer.port()), true, Clock::now() + seconds(30)));
  ASSERT_TRUE(glimpse.has_value()) << glimpse.error().message;
  EXPECT_EQ(glimpse->date, "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(glimpse->chain_pem, "");
}

TEST(GlimpseTest, AnAnswerWithoutDateHasNone) {
  const ScriptedPeer peer({Connection{{"HTTP/1.1 200 OK\r\nDatex: 1\r\nX: Date: 2\r\n\r\n"}}});
  boost::asio::io_context io;
  const auto glimpse = Await(io, LookAt(Plain(peer.port()), true, Clock::now() + seconds(30)));
  ASSERT_TRUE(glimpse.has_value()) << glimpse.error().message;
  EXPECT_EQ(glimpse->date, "");
}

TEST(GlimpseTest, NobodyThereIsAnError) {
  std::uint16_t unused = 0;
  {
    const ScriptedPeer peer({});
    unused = peer.port();
  }
  boost::asio::io_context io;
  const auto glimpse = Await(io, LookAt(Plain(unused), false, Clock::now() + seconds(30)));
  ASSERT_FALSE(glimpse.has_value());
  EXPECT_EQ(glimpse.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace sidecar
