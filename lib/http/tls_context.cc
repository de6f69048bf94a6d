#include "lib/http/tls_context.h"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/verify_context.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace sidecar {

namespace {

using boost::asio::ssl::context;

// As it goes over the wire: a length, then the name.
constexpr std::array<unsigned char, 9> kHttp11{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

constexpr const char* kTls12Ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

struct SslDeleter {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using SslPtr = std::unique_ptr<SSL, SslDeleter>;

std::string OpensslReason() {
  const unsigned long code = ERR_peek_last_error();
  const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  return reason == nullptr ? "failed" : reason;
}

Error Failed(std::string_view what) {
  return {ErrorCode::kInvalidArgument, std::string(what) + ": " + OpensslReason()};
}

// A client that offers only other protocols is refused, as by Go's TLS servers.
// NOLINTNEXTLINE(readability-function-size): the signature is OpenSSL's.
int SelectProtocol(SSL* /*ssl*/, const unsigned char** selected, unsigned char* selected_size,
                   const unsigned char* offered, unsigned offered_size, void* /*unused*/) {
  unsigned char* match = nullptr;
  const int outcome = SSL_select_next_proto(&match, selected_size, kHttp11.data(), kHttp11.size(),
                                            offered, offered_size);
  if (outcome != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *selected = match;
  return SSL_TLSEXT_ERR_OK;
}

bool SetOptions(SSL_CTX* raw) {
  SSL_CTX_set_options(raw, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(raw, 0);
  SSL_CTX_set_alpn_select_cb(raw, &SelectProtocol, nullptr);
  return SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) == 1 &&
         SSL_CTX_set_cipher_list(raw, kTls12Ciphers) == 1 &&
         SSL_CTX_set1_groups_list(raw, "X25519:P-256:P-384") == 1;
}

bool SetIdentity(SSL_CTX* raw, const pki::KeyPair& identity) {
  if (SSL_CTX_use_certificate(raw, identity.chain.front().get()) != 1) return false;
  for (std::size_t i = 1; i < identity.chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(raw, identity.chain[i].get()) != 1) return false;
  }
  return SSL_CTX_use_PrivateKey(raw, identity.key.get()) == 1 &&
         SSL_CTX_check_private_key(raw) == 1;
}

bool IsAllowed(const X509& certificate, const std::vector<std::string>& allowed) {
  const pki::CertificateFacts facts = pki::Describe(certificate);
  const auto listed = [&](const std::string& name) {
    return std::find(allowed.begin(), allowed.end(), name) != allowed.end();
  };
  return (!facts.common_name.empty() && listed(facts.common_name)) ||
         std::any_of(facts.dns_names.begin(), facts.dns_names.end(), listed);
}

Result<void> SetClientCheck(context& result, const ClientCheck& clients) {
  auto authorities = pki::ReadCertificates(clients.ca_pem);
  if (!authorities.has_value()) return std::move(authorities).error().Annotate("client CA");
  SSL_CTX* const raw = result.native_handle();
  X509_STORE* const store = SSL_CTX_get_cert_store(raw);
  for (const pki::X509Ptr& authority : *authorities) {
    if (X509_STORE_add_cert(store, authority.get()) != 1 ||
        SSL_CTX_add_client_CA(raw, authority.get()) != 1) {
      return Failed("client CA");
    }
  }
  // Sent with the request for a certificate, and checked: one for servers does not do.
  if (SSL_CTX_set_purpose(raw, X509_PURPOSE_SSL_CLIENT) != 1) return Failed("client CA");
  result.set_verify_mode(boost::asio::ssl::verify_peer |
                         boost::asio::ssl::verify_fail_if_no_peer_cert);
  if (clients.allowed_names.empty()) return {};
  result.set_verify_callback(
      [allowed = clients.allowed_names](bool trusted, boost::asio::ssl::verify_context& chain) {
        X509_STORE_CTX* const state = chain.native_handle();
        const bool is_leaf = X509_STORE_CTX_get_error_depth(state) == 0;
        return trusted && (!is_leaf || IsAllowed(*X509_STORE_CTX_get_current_cert(state), allowed));
      });
  return {};
}

// Moves what `from` wrote to where `to` reads.
void Pump(SSL* from, SSL* to) {
  std::array<char, 4096> bytes{};
  for (int size = 0; (size = BIO_read(SSL_get_wbio(from), bytes.data(), bytes.size())) > 0;) {
    BIO_write(SSL_get_rbio(to), bytes.data(), size);
  }
}

SslPtr InMemory(SSL_CTX* raw) {
  SslPtr ssl(SSL_new(raw));
  if (ssl != nullptr) SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  return ssl;
}

}  // namespace

Result<std::shared_ptr<const context>> MakeServerTlsContext(const pki::KeyPair& identity,
                                                            const ClientCheck& clients) {
  ERR_clear_error();
  auto result = std::make_shared<context>(context::tls_server);
  SSL_CTX* const raw = result->native_handle();
  if (!SetOptions(raw)) return Failed("set up TLS");
  if (!SetIdentity(raw, identity)) return Failed("use the certificate");
  if (!clients.ca_pem.empty()) {
    if (auto checked = SetClientCheck(*result, clients); !checked.has_value()) {
      return std::move(checked).error();
    }
  }
  return std::shared_ptr<const context>(std::move(result));
}

Result<void> TryHandshake(const context& server_context) {
  ERR_clear_error();
  context client_context(context::tls_client);
  const SslPtr client = InMemory(client_context.native_handle());
  const SslPtr server = InMemory(const_cast<context&>(server_context).native_handle());
  if (client == nullptr || server == nullptr) return Failed("TLS handshake");
  SSL_set_min_proto_version(client.get(), TLS1_3_VERSION);
  SSL_set_alpn_protos(client.get(), kHttp11.data(), kHttp11.size());
  SSL_set_connect_state(client.get());
  SSL_set_accept_state(server.get());

  // Client hello, everything from the server: then the client is done.
  constexpr int kMostRounds = 4;
  for (int round = 0; round < kMostRounds; ++round) {
    if (SSL_do_handshake(client.get()) == 1) {
      ERR_clear_error();
      return {};
    }
    Pump(client.get(), server.get());
    const int outcome = SSL_do_handshake(server.get());
    if (outcome != 1 && SSL_get_error(server.get(), outcome) == SSL_ERROR_SSL) break;
    Pump(server.get(), client.get());
  }
  return Failed("TLS handshake");
}

std::vector<pki::CertificateFacts> DescribeIdentity(const context& server_context) {
  std::vector<pki::CertificateFacts> all;
  SSL_CTX* const raw = const_cast<context&>(server_context).native_handle();
  if (const X509* const leaf = SSL_CTX_get0_certificate(raw); leaf != nullptr) {
    all.push_back(pki::Describe(*leaf));
  }
  STACK_OF(X509)* chain = nullptr;
  SSL_CTX_get0_chain_certs(raw, &chain);
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    all.push_back(pki::Describe(*sk_X509_value(chain, i)));
  }
  return all;
}

}  // namespace sidecar
