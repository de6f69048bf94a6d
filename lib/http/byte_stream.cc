#include "lib/http/byte_stream.h"

#include <algorithm>
#include <cerrno>
#include <climits>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>

namespace sidecar {
namespace {

using Next = ByteStream::Next;
using Progress = ByteStream::Progress;

// send() and recv() that never block, never raise SIGPIPE and are not interrupted.
ssize_t Receive(int socket, void* into, std::size_t size) {
  ssize_t done = 0;
  do {
    done = recv(socket, into, size, MSG_DONTWAIT);
  } while (done < 0 && errno == EINTR);
  return done;
}

ssize_t Send(int socket, const void* bytes, std::size_t size) {
  ssize_t done = 0;
  do {
    done = send(socket, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (done < 0 && errno == EINTR);
  return done;
}

bool MustWait() {
  return errno == EAGAIN || errno == EWOULDBLOCK;
}

class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(int socket) : socket_(socket) {}

  Progress Handshake() override { return {Next::kDone}; }

  Progress Read(std::span<char> into) override {
    const ssize_t done = Receive(socket_, into.data(), into.size());
    if (done > 0) return {Next::kDone, static_cast<std::size_t>(done)};
    if (done == 0) return {Next::kEnd};
    return {MustWait() ? Next::kWaitRead : Next::kFailed};
  }

  Progress Write(std::string_view bytes) override {
    const ssize_t done = Send(socket_, bytes.data(), bytes.size());
    if (done > 0) return {Next::kDone, static_cast<std::size_t>(done)};
    return {done < 0 && MustWait() ? Next::kWaitWrite : Next::kFailed};
  }

  Progress Close() override {
    return {shutdown(socket_, SHUT_WR) == 0 ? Next::kDone : Next::kFailed};
  }

  bool HasPending() const override { return false; }
  std::string PeerName() const override { return {}; }

 private:
  const int socket_;
};

// A BIO on a socket. OpenSSL's own writes with write(), which raises SIGPIPE, and blocks unless the
// socket is told not to.
struct SocketBio {
  int socket = -1;
  bool at_end = false;

  static SocketBio& Of(BIO* bio) { return *static_cast<SocketBio*>(BIO_get_data(bio)); }

  static int Read(BIO* bio, char* into, int size) {
    SocketBio& self = Of(bio);
    BIO_clear_retry_flags(bio);
    const ssize_t done = Receive(self.socket, into, static_cast<std::size_t>(size));
    if (done == 0) self.at_end = true;
    if (done < 0 && MustWait()) BIO_set_retry_read(bio);
    return static_cast<int>(done);
  }

  static int Write(BIO* bio, const char* bytes, int size) {
    BIO_clear_retry_flags(bio);
    const ssize_t done = Send(Of(bio).socket, bytes, static_cast<std::size_t>(size));
    if (done < 0 && MustWait()) BIO_set_retry_write(bio);
    return static_cast<int>(done);
  }

  static long Control(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
    if (command == BIO_CTRL_EOF) return Of(bio).at_end ? 1 : 0;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
  }

  static BIO_METHOD* Method() {
    static BIO_METHOD* const method = [] {
      BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
      if (made == nullptr) return made;
      BIO_meth_set_read(made, &Read);
      BIO_meth_set_write(made, &Write);
      BIO_meth_set_ctrl(made, &Control);
      return made;
    }();
    return method;
  }
};

class TlsStream final : public ByteStream {
 public:
  TlsStream(int socket, SSL_CTX* context) : ssl_(SSL_new(context)) {
    socket_.socket = socket;
    if (ssl_ == nullptr) return;
    BIO* const bio = SocketBio::Method() == nullptr ? nullptr : BIO_new(SocketBio::Method());
    if (bio == nullptr) {
      ssl_.reset();
      return;
    }
    BIO_set_data(bio, &socket_);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_set_read_ahead(ssl_.get(), 1);  // One system call a record rather than two.
    SSL_set_accept_state(ssl_.get());
  }
  ~TlsStream() override { ERR_clear_error(); }
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  bool is_usable() const { return ssl_ != nullptr; }

  Progress Handshake() override {
    ERR_clear_error();
    const int done = SSL_do_handshake(ssl_.get());
    return done == 1 ? Progress{Next::kDone} : WhyNot(done);
  }

  Progress Read(std::span<char> into) override {
    ERR_clear_error();
    const int done = SSL_read(ssl_.get(), into.data(), Limit(into.size()));
    return done > 0 ? Done(done) : WhyNot(done);
  }

  Progress Write(std::string_view bytes) override {
    ERR_clear_error();
    const int done = SSL_write(ssl_.get(), bytes.data(), Limit(bytes.size()));
    if (done > 0) return Done(done);
    // OpenSSL calls it an end where the peer had ended its side before.
    const Progress why = WhyNot(done);
    return why.next == Next::kEnd ? Progress{Next::kFailed} : why;
  }

  Progress Close() override {
    ERR_clear_error();
    const int done = SSL_shutdown(ssl_.get());
    if (done == 1) return {Next::kDone};
    if (done == 0) return {Next::kWaitRead};  // Said, but not yet answered.
    return WhyNot(done);
  }

  bool HasPending() const override { return SSL_has_pending(ssl_.get()) == 1; }

  std::string PeerName() const override {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        SSL_get1_peer_certificate(ssl_.get()), &X509_free);
    if (certificate == nullptr) return {};
    X509_NAME* const subject = X509_get_subject_name(certificate.get());
    const int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (index < 0) return {};
    unsigned char* text = nullptr;
    const int size =
        ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index)));
    if (size < 0) return {};
    std::string name(text, text + size);
    OPENSSL_free(text);
    return name;
  }

 private:
  static int Limit(std::size_t size) {
    return static_cast<int>(std::min(size, static_cast<std::size_t>(INT_MAX)));
  }
  static Progress Done(int bytes) { return {Next::kDone, static_cast<std::size_t>(bytes)}; }

  Progress WhyNot(int outcome) const {
    switch (SSL_get_error(ssl_.get(), outcome)) {
      case SSL_ERROR_WANT_READ: return {Next::kWaitRead};
      case SSL_ERROR_WANT_WRITE: return {Next::kWaitWrite};
      case SSL_ERROR_ZERO_RETURN: return {Next::kEnd};
      default: return {Next::kFailed};
    }
  }

  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  SocketBio socket_;
  std::unique_ptr<SSL, Free> ssl_;  // Its BIO points at socket_.
};

}  // namespace

std::unique_ptr<ByteStream> MakePlainStream(int socket) {
  return std::make_unique<PlainStream>(socket);
}

std::unique_ptr<ByteStream> MakeTlsStream(int socket, ssl_ctx_st* context) {
  auto stream = std::make_unique<TlsStream>(socket, context);
  return stream->is_usable() ? std::move(stream) : nullptr;
}

}  // namespace sidecar
