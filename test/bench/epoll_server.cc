// The least that an HTTPS server can cost here: one thread, epoll, OpenSSL on the sockets, a fixed
// body. It reads no more of HTTP than it must, has no limits and no deadlines: something to compare
// with, nothing to use.
//
//   epoll_server PORT CERTIFICATE KEY BYTES

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

struct Peer {
  int fd;
  SSL* ssl;
  std::string input;
};

std::string answer;

// Bytes of the first request in `input`, 0 while it is not whole.
std::size_t RequestSize(std::string_view input) {
  constexpr std::string_view kLength = "Content-Length: ";
  const std::size_t end = input.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  const std::size_t length = input.substr(0, end).find(kLength);
  const std::size_t body = length == std::string_view::npos
                               ? 0
                               : std::strtoul(input.data() + length + kLength.size(), nullptr, 10);
  return input.size() >= end + 4 + body ? end + 4 + body : 0;
}

// False when the peer is gone.
bool Serve(Peer& peer) {
  char buffer[16384];
  for (;;) {
    const int done = SSL_read(peer.ssl, buffer, sizeof buffer);
    if (done <= 0) return SSL_get_error(peer.ssl, done) == SSL_ERROR_WANT_READ;
    peer.input.append(buffer, static_cast<std::size_t>(done));
    if (const std::size_t size = RequestSize(peer.input)) {
      peer.input.erase(0, size);
      if (SSL_write(peer.ssl, answer.data(), static_cast<int>(answer.size())) <= 0) return false;
    }
  }
}

int Listen(const char* port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::strtoul(port, nullptr, 10)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener, SOMAXCONN) != 0) {
    std::perror("epoll_server");
    std::exit(1);
  }
  return listener;
}

void Accept(int listener, SSL_CTX* tls, int epoll) {
  const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
  if (fd < 0) return;
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  auto* const peer = new Peer{fd, SSL_new(tls), {}};
  SSL_set_fd(peer->ssl, fd);
  SSL_set_accept_state(peer->ssl);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = peer;
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  std::signal(SIGPIPE, SIG_IGN);
  SSL_CTX* const tls = SSL_CTX_new(TLS_server_method());
  if (SSL_CTX_use_certificate_chain_file(tls, argv[2]) != 1 ||
      SSL_CTX_use_PrivateKey_file(tls, argv[3], SSL_FILETYPE_PEM) != 1) {
    return 1;
  }
  const std::string body(std::strtoul(argv[4], nullptr, 10), 'x');
  answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;

  const int listener = Listen(argv[1]);
  const int epoll = epoll_create1(0);
  epoll_event event{};
  event.events = EPOLLIN;
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  epoll_event events[256];
  for (;;) {
    const int ready = epoll_wait(epoll, events, 256, -1);
    for (int i = 0; i < ready; ++i) {
      auto* const peer = static_cast<Peer*>(events[i].data.ptr);
      if (peer == nullptr) {
        Accept(listener, tls, epoll);
      } else if (!Serve(*peer)) {
        ERR_clear_error();
        SSL_free(peer->ssl);
        close(peer->fd);
        delete peer;
      }
    }
  }
}
