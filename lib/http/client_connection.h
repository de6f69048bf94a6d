#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "lib/base/result.h"
#include "lib/http/client.h"

namespace sidecar {

// One TCP or TLS connection of a client: bytes out, bytes in.
//
// Used by one coroutine at a time, but not always on the same strand: nothing is pending between
// two uses. None of the operations has a deadline: see WithDeadline. After an error the connection
// is of no further use. Errors are kUnavailable and kCancelled, without the endpoint's name.
class ClientConnection {
 public:
  // Null `tls`: plain TCP.
  ClientConnection(const HttpEndpoint& endpoint,
                   std::shared_ptr<const boost::asio::ssl::context> tls);
  ~ClientConnection();
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  // Looks the host up, connects to the first of its addresses that answers, and performs the TLS
  // handshake. The deadline is shared fairly by the addresses that are left.
  boost::asio::awaitable<Result<void>> Open(Deadline deadline);

  boost::asio::awaitable<Result<void>> Write(std::string_view bytes);

  // What arrived, at most kReadBytes; empty at the end of the stream. Valid until the next call.
  boost::asio::awaitable<Result<std::string_view>> Read();

  // The certificates that the server presented, leaf first, PEM; empty without TLS.
  std::string PeerChainPem() const;

  // Whether the server has neither closed the connection nor sent anything.
  bool IsQuiet();

  // What the operation that runs now, or ran last, does: "connect to 10.0.0.1:443".
  const std::string& activity() const;

  static constexpr std::size_t kReadBytes = std::size_t{16} << 10U;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sidecar
