#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct ssl_ctx_st;

namespace sidecar {

// A connected socket as two sequences of bytes, in the clear or through TLS. No call ever waits:
// each does what can be done now, and says what of the socket to wait for where that is nothing.
// OpenSSL works on the socket itself, so bytes are copied once, on their way through the cipher.
//
// The socket stays its owner's, and must outlive the stream. One thread at a time.
class ByteStream {
 public:
  enum class Next {
    kDone,       // Go on.
    kWaitRead,   // Nothing was done: call again when the socket can be read.
    kWaitWrite,  // The same, written.
    kEnd,        // The peer will send no more.
    kFailed,     // Nor can anything be sent to it.
  };
  struct Progress {
    Next next = Next::kFailed;
    std::size_t bytes = 0;  // With kDone, read or written: at least one.
  };

  virtual ~ByteStream() = default;

  // The server's side of it, where there is one.
  virtual Progress Handshake() = 0;
  virtual Progress Read(std::span<char> into) = 0;
  // A part of `bytes`, which must not be empty; after a wait the same bytes must be offered again.
  virtual Progress Write(std::string_view bytes) = 0;
  // Tells the peer that no more will come, and waits for it to say the same.
  virtual Progress Close() = 0;

  // Whether bytes have left the socket that Read() has not given out: it will not become readable
  // for their sake.
  virtual bool HasPending() const = 0;
  // Common name of the peer's certificate, empty where it showed none.
  virtual std::string PeerName() const = 0;
};

std::unique_ptr<ByteStream> MakePlainStream(int socket);

// Null where memory is short. `context` must outlive the stream.
std::unique_ptr<ByteStream> MakeTlsStream(int socket, ssl_ctx_st* context);

}  // namespace sidecar
