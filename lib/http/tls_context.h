#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/pki/certificate.h"

namespace boost::asio::ssl {
class context;
}

namespace sidecar {

// Whom a server lets in. By default everybody: kube-apiserver presents no certificate to webhooks
// unless it was given one for that purpose.
struct ClientCheck {
  std::string_view ca_pem;  // Empty: clients are not asked for a certificate.
  // A client's common name or one of its DNS names must be here; empty: whoever the CA signed.
  std::vector<std::string> allowed_names;
};

// What an HttpServer presents: TLS 1.3, or 1.2 with forward secrecy and authenticated encryption;
// HTTP/1.1 as the only protocol. There is no session resumption: kube-apiserver never resumes, and
// tickets would cost each new connection two more messages.
//
// Memory for reading and writing is given back while a connection idles. Thread-safe once made.
Result<std::shared_ptr<const boost::asio::ssl::context>> MakeServerTlsContext(
    const pki::KeyPair& identity, const ClientCheck& clients = {});

// Performs a TLS 1.3 handshake with this context in memory, up to the point where a client would
// send its request. An error says why no client could connect.
Result<void> TryHandshake(const boost::asio::ssl::context& context);

// What the context presents: the leaf, then its intermediates. Thread-safe.
std::vector<pki::CertificateFacts> DescribeIdentity(const boost::asio::ssl::context& context);

}  // namespace sidecar
