#include "lib/pki/csr.h"

#include <memory>
#include <utility>

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/x509.h>

#include "lib/pki/extensions.h"
#include "lib/pki/openssl_error.h"
#include "lib/pki/pem.h"

namespace sidecar::pki {

namespace {

struct RequestDeleter {
  void operator()(X509_REQ* request) const { X509_REQ_free(request); }
};
struct ExtensionsDeleter {
  void operator()(STACK_OF(X509_EXTENSION) * extensions) const {
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
  }
};
using ExtensionsPtr = std::unique_ptr<STACK_OF(X509_EXTENSION), ExtensionsDeleter>;

Result<ExtensionsPtr> Extensions(const ServerNames& names) {
  ExtensionsPtr all(sk_X509_EXTENSION_new_null());
  const auto add = [&](ExtensionPtr extension) {
    if (all == nullptr || sk_X509_EXTENSION_push(all.get(), extension.get()) == 0) return false;
    static_cast<void>(extension.release());
    return true;
  };
  ASSIGN_OR_RETURN(ExtensionPtr constraints, MakeExtension(NID_basic_constraints, "CA:FALSE"));
  ASSIGN_OR_RETURN(ExtensionPtr usage,
                   MakeExtension(NID_key_usage, "digitalSignature,keyEncipherment"));
  ASSIGN_OR_RETURN(ExtensionPtr purpose, MakeExtension(NID_ext_key_usage, "serverAuth"));
  ASSIGN_OR_RETURN(ExtensionPtr alternatives, AlternativeNames(names));
  if (!add(std::move(constraints)) || !add(std::move(usage)) || !add(std::move(purpose)) ||
      !add(std::move(alternatives))) {
    return OpensslFailed("make a signing request");
  }
  return all;
}

Result<void> SetSubject(X509_NAME* subject, const SigningRequest& request) {
  if (!request.organization.empty()) {
    const auto* const text = reinterpret_cast<const unsigned char*>(request.organization.data());
    if (X509_NAME_add_entry_by_NID(subject, NID_organizationName, MBSTRING_UTF8, text,
                                   static_cast<int>(request.organization.size()), -1, 0) != 1) {
      return OpensslFailed("set the organization");
    }
  }
  constexpr std::size_t kLongestCommonName = 64;
  return SetCommonName(subject, request.common_name.substr(0, kLongestCommonName));
}

}  // namespace

Result<std::string> MakeSigningRequest(const EVP_PKEY& key, const SigningRequest& request) {
  ERR_clear_error();
  const std::unique_ptr<X509_REQ, RequestDeleter> made(X509_REQ_new());
  // OpenSSL counts the key's owners; its type says so by not being const.
  EVP_PKEY* const signer = const_cast<EVP_PKEY*>(&key);
  if (made == nullptr || X509_REQ_set_version(made.get(), X509_REQ_VERSION_1) != 1 ||
      X509_REQ_set_pubkey(made.get(), signer) != 1) {
    return OpensslFailed("make a signing request");
  }
  auto named = SetSubject(X509_REQ_get_subject_name(made.get()), request);
  if (!named.has_value()) return std::move(named).error();
  ASSIGN_OR_RETURN(const ExtensionsPtr extensions, Extensions(request.names));
  if (X509_REQ_add_extensions(made.get(), extensions.get()) != 1 ||
      X509_REQ_sign(made.get(), signer, EVP_sha256()) == 0) {
    return OpensslFailed("make a signing request");
  }
  return ToPem(*made);
}

}  // namespace sidecar::pki
