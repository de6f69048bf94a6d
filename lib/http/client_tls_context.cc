#include "lib/http/client_tls_context.h"

#include <array>
#include <string>
#include <utility>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/verify_mode.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "lib/pki/certificate.h"

namespace sidecar {

namespace {

using boost::asio::ssl::context;

// As it goes over the wire: a length, then the name.
constexpr std::array<unsigned char, 9> kHttp11{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

Error Failed(std::string_view what) {
  const unsigned long code = ERR_peek_last_error();
  const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  return {ErrorCode::kInvalidArgument,
          std::string(what) + ": " + (reason == nullptr ? "failed" : reason)};
}

bool SetOptions(SSL_CTX* raw) {
  SSL_CTX_set_options(raw, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  // The odd one out: 0 is success.
  return SSL_CTX_set_alpn_protos(raw, kHttp11.data(), kHttp11.size()) == 0 &&
         SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) == 1;
}

Result<void> SetTrust(SSL_CTX* raw, const ClientTlsOptions& options) {
  if (options.insecure_skip_verify) {
    SSL_CTX_set_verify(raw, SSL_VERIFY_NONE, nullptr);
    return {};
  }
  SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, nullptr);
  if (options.ca_pem.empty()) {
    if (SSL_CTX_set_default_verify_paths(raw) != 1) return Failed("the system's authorities");
    return {};
  }
  auto authorities = pki::ReadCertificates(options.ca_pem);
  if (!authorities.has_value()) {
    return std::move(authorities).error().Annotate("certificate authority");
  }
  X509_STORE* const store = SSL_CTX_get_cert_store(raw);
  // As Go: whatever the bundle holds is trusted, also an intermediate or a leaf.
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  for (const pki::X509Ptr& authority : *authorities) {
    if (X509_STORE_add_cert(store, authority.get()) != 1) return Failed("certificate authority");
  }
  return {};
}

Result<void> SetIdentity(SSL_CTX* raw, const ClientTlsOptions& options) {
  if (options.certificate_pem.empty() && options.key_pem.empty()) return {};
  auto identity = pki::ReadKeyPair(options.certificate_pem, options.key_pem);
  if (!identity.has_value()) return std::move(identity).error().Annotate("client certificate");
  bool is_set = SSL_CTX_use_certificate(raw, identity->chain.front().get()) == 1;
  for (std::size_t i = 1; i < identity->chain.size(); ++i) {
    is_set = is_set && SSL_CTX_add1_chain_cert(raw, identity->chain[i].get()) == 1;
  }
  if (!is_set || SSL_CTX_use_PrivateKey(raw, identity->key.get()) != 1) {
    return Failed("client certificate");
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<const context>> MakeClientTlsContext(const ClientTlsOptions& options) {
  ERR_clear_error();
  auto result = std::make_shared<context>(context::tls_client);
  SSL_CTX* const raw = result->native_handle();
  if (!SetOptions(raw)) return Failed("set up TLS");
  if (auto trusted = SetTrust(raw, options); !trusted.has_value()) {
    return std::move(trusted).error();
  }
  if (auto identified = SetIdentity(raw, options); !identified.has_value()) {
    return std::move(identified).error();
  }
  return std::shared_ptr<const context>(std::move(result));
}

}  // namespace sidecar
