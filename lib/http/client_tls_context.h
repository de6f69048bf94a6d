#pragma once

#include <memory>
#include <string_view>

#include "lib/base/result.h"

namespace boost::asio::ssl {
class context;
}

namespace sidecar {

struct ClientTlsOptions {
  std::string_view ca_pem;           // Who may sign servers; empty: whom the system trusts.
  std::string_view certificate_pem;  // What the client presents if asked; with the key, or neither.
  std::string_view key_pem;
  bool insecure_skip_verify = false;  // Any server will do.
};

// What an HttpClient connects with: TLS 1.2 or later, HTTP/1.1 as the only protocol. The name of
// the server is checked by the client, per endpoint. Errors name the part that is unusable and
// never quote a key. Thread-safe once made.
Result<std::shared_ptr<const boost::asio::ssl::context>> MakeClientTlsContext(
    const ClientTlsOptions& options);

}  // namespace sidecar
