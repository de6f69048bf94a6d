#include "lib/pki/pem.h"

#include <memory>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "lib/pki/openssl_error.h"

namespace sidecar::pki {

namespace {

struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using BioPtr = std::unique_ptr<BIO, BioDeleter>;

template <class Writer>
Result<std::string> Write(std::string_view what, Writer write) {
  ERR_clear_error();
  // Secure memory is wiped when freed; keys pass through here.
  const BioPtr out(BIO_new(BIO_s_secmem()));
  if (out == nullptr || write(out.get()) != 1) return OpensslFailed(what);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

}  // namespace

Result<std::string> ToPem(const X509& certificate) {
  return Write("write a certificate",
               [&](BIO* out) { return PEM_write_bio_X509(out, &certificate); });
}

Result<std::string> ToPem(const EVP_PKEY& key) {
  return Write("write a private key", [&](BIO* out) {
    return PEM_write_bio_PKCS8PrivateKey(out, &key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

Result<std::string> ToPem(const X509_REQ& request) {
  return Write("write a signing request",
               [&](BIO* out) { return PEM_write_bio_X509_REQ(out, &request); });
}

}  // namespace sidecar::pki
