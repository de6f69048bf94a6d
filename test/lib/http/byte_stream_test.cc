#include "lib/http/byte_stream.h"

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/ssl/context.hpp>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/http/tls_context.h"
#include "lib/pki/certificate.h"
#include "test/support/certificates.h"

namespace sidecar {
namespace {

using Next = ByteStream::Next;

// Two sockets that are connected to each other.
class SocketPair {
 public:
  SocketPair() {
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()) != 0) std::abort();
  }
  ~SocketPair() {
    close(ends_[0]);
    HangUp();
  }
  SocketPair(const SocketPair&) = delete;
  SocketPair& operator=(const SocketPair&) = delete;

  int ours() const { return ends_[0]; }
  int theirs() const { return ends_[1]; }
  void HangUp() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

std::string ReadAll(ByteStream& stream) {
  std::string all;
  std::array<char, 1000> buffer{};
  for (;;) {
    const ByteStream::Progress progress = stream.Read(buffer);
    if (progress.next != Next::kDone) return all;
    all.append(buffer.data(), progress.bytes);
  }
}

// Writes until the stream has to wait; how many bytes it took.
std::size_t Fill(ByteStream& stream) {
  const std::string bytes(100'000, 'x');
  std::size_t total = 0;
  for (;;) {
    const ByteStream::Progress progress = stream.Write(bytes);
    if (progress.next != Next::kDone) {
      EXPECT_EQ(progress.next, Next::kWaitWrite);
      return total;
    }
    total += progress.bytes;
  }
}

TEST(PlainStreamTest, ReadsWhatIsThereAndSaysWhatToWaitFor) {
  SocketPair sockets;
  const auto stream = MakePlainStream(sockets.ours());
  std::array<char, 10> buffer{};
  EXPECT_EQ(stream->Handshake().next, Next::kDone);
  EXPECT_EQ(stream->Read(buffer).next, Next::kWaitRead);
  ASSERT_EQ(write(sockets.theirs(), "hello", 5), 5);
  const ByteStream::Progress progress = stream->Read(buffer);
  EXPECT_EQ(progress.next, Next::kDone);
  EXPECT_EQ(std::string_view(buffer.data(), progress.bytes), "hello");
  EXPECT_FALSE(stream->HasPending());
  sockets.HangUp();
  EXPECT_EQ(stream->Read(buffer).next, Next::kEnd);
}

TEST(PlainStreamTest, WritesAsMuchAsThereIsRoomFor) {
  SocketPair sockets;
  const auto stream = MakePlainStream(sockets.ours());
  EXPECT_GT(Fill(*stream), 0U);
  sockets.HangUp();
  EXPECT_EQ(stream->Write("into the void").next, Next::kFailed);  // And no SIGPIPE.
}

// A server's stream and a client, which OpenSSL drives as its own sockets want it.
class TlsStreamTest : public testing::Test {
 protected:
  TlsStreamTest() {
    const auto credentials = testing_support::MakeCertificate({});
    const auto pair = pki::ReadKeyPair(credentials.certificate, credentials.key);
    context_ = MakeServerTlsContext(*pair).value();
    stream_ = MakeTlsStream(sockets_.ours(), ServerContext());
    client_.reset(SSL_new(client_context_.native_handle()));
    SSL_set_fd(client_.get(), sockets_.theirs());
    SSL_set_connect_state(client_.get());
  }

  SSL_CTX* ServerContext() const {
    return const_cast<boost::asio::ssl::context&>(*context_).native_handle();
  }

  // The client's flights are small: its blocking socket always has room for them.
  void ShakeHands() {
    EXPECT_EQ(stream_->Handshake().next, Next::kWaitRead);
    SSL_set_mode(client_.get(), SSL_MODE_AUTO_RETRY);
    SendHello();
    EXPECT_EQ(stream_->Handshake().next, Next::kWaitRead);
    ASSERT_EQ(SSL_do_handshake(client_.get()), 1);
    EXPECT_EQ(stream_->Handshake().next, Next::kDone);
  }

  // Without waiting for the answer to it.
  void SendHello() {
    timeval soon{.tv_sec = 0, .tv_usec = 1};
    setsockopt(sockets_.theirs(), SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon);
    EXPECT_EQ(SSL_do_handshake(client_.get()), -1);
    timeval whenever{};
    setsockopt(sockets_.theirs(), SOL_SOCKET, SO_RCVTIMEO, &whenever, sizeof whenever);
  }

  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  SocketPair sockets_;
  std::shared_ptr<const boost::asio::ssl::context> context_;
  boost::asio::ssl::context client_context_{boost::asio::ssl::context::tls_client};
  std::unique_ptr<ByteStream> stream_;
  std::unique_ptr<SSL, Free> client_;
};

TEST_F(TlsStreamTest, CarriesBytesBothWays) {
  ShakeHands();
  std::array<char, 100> buffer{};
  EXPECT_EQ(stream_->Read(buffer).next, Next::kWaitRead);
  ASSERT_EQ(SSL_write(client_.get(), "ping", 4), 4);
  EXPECT_EQ(ReadAll(*stream_), "ping");
  const ByteStream::Progress written = stream_->Write("pong");
  EXPECT_EQ(written.next, Next::kDone);
  EXPECT_EQ(written.bytes, 4U);
  EXPECT_EQ(SSL_read(client_.get(), buffer.data(), buffer.size()), 4);
  EXPECT_EQ(std::string_view(buffer.data(), 4), "pong");
  EXPECT_EQ(stream_->PeerName(), "");
}

TEST_F(TlsStreamTest, TellsOfBytesThatTheSocketHasNoMore) {
  ShakeHands();
  for (const std::string_view text : {"one", "two"}) {
    ASSERT_GT(SSL_write(client_.get(), text.data(), static_cast<int>(text.size())), 0);
  }
  std::array<char, 100> buffer{};
  EXPECT_FALSE(stream_->HasPending());
  ASSERT_EQ(stream_->Read(buffer).bytes, 3U);
  EXPECT_TRUE(stream_->HasPending());  // Both records left the socket at once.
  ASSERT_EQ(stream_->Read(buffer).bytes, 3U);
  EXPECT_FALSE(stream_->HasPending());
}

TEST_F(TlsStreamTest, GoesOnWritingWhereItHadToWait) {
  ShakeHands();
  std::size_t left = Fill(*stream_);
  std::array<char, 20'000> buffer{};
  while (left > 0) {
    const int done = SSL_read(client_.get(), buffer.data(), buffer.size());
    ASSERT_GT(done, 0);
    left -= static_cast<std::size_t>(done);
  }
  EXPECT_EQ(stream_->Write(std::string(100'000, 'x')).next, Next::kDone);
}

TEST_F(TlsStreamTest, TheEndIsAnEndWithAndWithoutNotice) {
  ShakeHands();
  SSL_shutdown(client_.get());
  std::array<char, 10> buffer{};
  EXPECT_EQ(stream_->Read(buffer).next, Next::kEnd);
  EXPECT_EQ(stream_->Close().next, Next::kDone);
}

TEST_F(TlsStreamTest, AConnectionThatIsCutIsAnEnd) {
  ShakeHands();
  sockets_.HangUp();
  std::array<char, 10> buffer{};
  EXPECT_EQ(stream_->Read(buffer).next, Next::kEnd);
  EXPECT_EQ(stream_->Write("into the void").next, Next::kFailed);
}

TEST_F(TlsStreamTest, CloseWaitsForThePeerToCloseToo) {
  ShakeHands();
  EXPECT_EQ(stream_->Close().next, Next::kWaitRead);
  std::array<char, 10> buffer{};
  EXPECT_EQ(SSL_read(client_.get(), buffer.data(), buffer.size()), 0);
  EXPECT_EQ(SSL_get_error(client_.get(), 0), SSL_ERROR_ZERO_RETURN);
  SSL_shutdown(client_.get());
  EXPECT_EQ(stream_->Close().next, Next::kDone);
}

TEST_F(TlsStreamTest, WhatIsNoTlsFails) {
  ASSERT_GT(write(sockets_.theirs(), "GET / HTTP/1.1\r\n\r\n", 18), 0);
  EXPECT_EQ(stream_->Handshake().next, Next::kFailed);
}

}  // namespace
}  // namespace sidecar
