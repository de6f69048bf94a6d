#include "lib/pki/verify.h"

#include <array>
#include <memory>

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "lib/pki/openssl_error.h"

namespace sidecar::pki {

namespace {

struct StoreDeleter {
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
};
struct StoreContextDeleter {
  void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
};
// Frees the stack alone: the certificates stay their owners'.
struct StackDeleter {
  void operator()(STACK_OF(X509) * certificates) const { sk_X509_free(certificates); }
};
using StackPtr = std::unique_ptr<STACK_OF(X509), StackDeleter>;

bool IsAddress(const std::string& name) {
  std::array<char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

StackPtr Intermediates(const std::vector<X509Ptr>& chain) {
  StackPtr all(sk_X509_new_null());
  for (std::size_t i = 1; all != nullptr && i < chain.size(); ++i) {
    if (sk_X509_push(all.get(), chain[i].get()) == 0) return nullptr;
  }
  return all;
}

}  // namespace

bool HasName(const X509& certificate, const std::string& name) {
  X509* const raw = const_cast<X509*>(&certificate);  // OpenSSL caches its extensions.
  const bool has = IsAddress(name)
                       ? X509_check_ip_asc(raw, name.c_str(), 0) == 1
                       : X509_check_host(raw, name.data(), name.size(),
                                         X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, nullptr) == 1;
  ERR_clear_error();
  return has;
}

Result<void> VerifyServer(const std::vector<X509Ptr>& chain, const std::vector<X509Ptr>& roots,
                          const std::string& name, WallTime now) {
  ERR_clear_error();
  if (chain.empty()) return Error{ErrorCode::kInvalidArgument, "no certificate"};
  const std::unique_ptr<X509_STORE, StoreDeleter> store(X509_STORE_new());
  const std::unique_ptr<X509_STORE_CTX, StoreContextDeleter> context(X509_STORE_CTX_new());
  const StackPtr intermediates = Intermediates(chain);
  bool ready = store != nullptr && context != nullptr && intermediates != nullptr;
  for (const X509Ptr& root : roots) {
    ready = ready && X509_STORE_add_cert(store.get(), root.get()) == 1;
  }
  ready = ready && X509_STORE_CTX_init(context.get(), store.get(), chain.front().get(),
                                       intermediates.get()) == 1;
  if (!ready) return OpensslFailed("verify a certificate");

  X509_VERIFY_PARAM* const rules = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(rules, std::chrono::system_clock::to_time_t(now));
  X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
  X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_SERVER);
  const bool is_trusted = X509_verify_cert(context.get()) == 1;
  ERR_clear_error();
  if (!is_trusted) {
    const int reason = X509_STORE_CTX_get_error(context.get());
    return Error{ErrorCode::kInvalidArgument, X509_verify_cert_error_string(reason)};
  }
  if (!HasName(*chain.front(), name)) {
    return Error{ErrorCode::kInvalidArgument, "the certificate is not for " + name};
  }
  return {};
}

Result<void> VerifyServer(std::string_view chain_pem, std::string_view roots_pem,
                          const std::string& name, WallTime now) {
  ASSIGN_OR_RETURN(const std::vector<X509Ptr> chain, ReadCertificates(chain_pem));
  ASSIGN_OR_RETURN(const std::vector<X509Ptr> roots, ReadCertificates(roots_pem));
  return VerifyServer(chain, roots, name, now);
}

}  // namespace sidecar::pki
