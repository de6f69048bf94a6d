#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

namespace sidecar::testing_support {

// A blocking HTTPS client of one connection on loopback, as kube-apiserver is one: keep-alive,
// Content-Length, never resuming a session. It trusts any certificate.
class HttpsClient {
 public:
  struct Reply {
    std::string head;
    std::string body;
    bool closes = false;  // Connection: close.
  };

  // A certificate to show from the next connection on, PEM, and its key.
  void Present(const std::string& certificate, const std::string& key) {
    using boost::asio::ssl::context;
    context_.use_certificate(boost::asio::buffer(certificate), context::pem);
    context_.use_private_key(boost::asio::buffer(key), context::pem);
  }

  // Whether there is a connection, TLS included.
  bool Connect(std::uint16_t port) {
    stream_.emplace(io_, context_);
    boost::system::error_code error;
    stream_->lowest_layer().connect({boost::asio::ip::make_address("127.0.0.1"), port}, error);
    if (!error) stream_->handshake(boost::asio::ssl::stream_base::client, error);
    if (error) stream_.reset();
    return !error;
  }

  bool IsConnected() const { return stream_.has_value(); }
  void Close() { stream_.reset(); }

  // Nothing if the connection broke before the whole answer was there.
  std::optional<Reply> Post(const std::string& target, const std::string& body) {
    boost::system::error_code error;
    const std::string request =
        "POST " + target + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" +
        "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    boost::asio::write(*stream_, boost::asio::buffer(request), error);
    if (error) return std::nullopt;
    std::string text;
    const std::size_t head_size =
        boost::asio::read_until(*stream_, boost::asio::dynamic_buffer(text), "\r\n\r\n", error);
    if (error) return std::nullopt;
    Reply reply;
    reply.head = text.substr(0, head_size);
    reply.body = text.substr(head_size);
    const std::size_t length = std::stoul(HeaderOf(reply.head, "Content-Length: "));
    if (reply.body.size() < length) {
      boost::asio::read(*stream_, boost::asio::dynamic_buffer(reply.body),
                        boost::asio::transfer_exactly(length - reply.body.size()), error);
      if (error) return std::nullopt;
    }
    reply.closes = HeaderOf(reply.head, "Connection: ") == "close";
    if (reply.closes) Close();
    return reply;
  }

 private:
  static std::string HeaderOf(const std::string& head, const std::string& name) {
    const std::size_t at = head.find(name);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + name.size();
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }

  boost::asio::io_context io_;
  boost::asio::ssl::context context_{boost::asio::ssl::context::tls_client};
  std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket>> stream_;
};

}  // namespace sidecar::testing_support
