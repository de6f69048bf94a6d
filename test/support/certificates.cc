#include "test/support/certificates.h"

#include <cstdlib>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace sidecar::testing_support {

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

void Require(bool condition) {
  if (!condition) std::abort();
}

std::string Content(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

Bio Writer() {
  return {BIO_new(BIO_s_mem()), &BIO_free_all};
}

Bio Reader(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free_all};
}

void AddExtension(X509* certificate, int nid, const std::string& value) {
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  Require(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

void Fill(X509* certificate, const CertificateRequest& request) {
  X509_set_version(certificate, 2);
  int serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof(serial));
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), (serial & 0x7FFFFFFE) + 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), request.not_before_seconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate), request.not_after_seconds);
  const auto* name = reinterpret_cast<const unsigned char*>(request.common_name.data());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8, name,
                             static_cast<int>(request.common_name.size()), -1, 0);
  std::string names;
  for (const std::string& each : request.alternative_names) {
    names.append(names.empty() ? "" : ",").append(each);
  }
  if (!names.empty()) AddExtension(certificate, NID_subject_alt_name, names);
  if (request.is_ca) AddExtension(certificate, NID_basic_constraints, "critical,CA:TRUE");
  if (!request.extended_key_usage.empty()) {
    AddExtension(certificate, NID_ext_key_usage, request.extended_key_usage);
  }
}

void Sign(X509* certificate, const Credentials& issuer) {
  const Bio text = Reader(issuer.certificate);
  const Bio key_text = Reader(issuer.key);
  const Certificate ca(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr), &X509_free);
  const Key key(PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  Require(ca != nullptr && key != nullptr);
  X509_set_issuer_name(certificate, X509_get_subject_name(ca.get()));
  Require(X509_sign(certificate, key.get(), EVP_sha256()) > 0);
}

std::string ToPem(X509* certificate) {
  const Bio text = Writer();
  PEM_write_bio_X509(text.get(), certificate);
  return Content(text.get());
}

}  // namespace

Credentials MakeCertificate(const CertificateRequest& request, const Credentials* issuer) {
  const Key key(request.rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Certificate certificate(X509_new(), &X509_free);
  Fill(certificate.get(), request);
  X509_set_pubkey(certificate.get(), key.get());
  if (issuer == nullptr) {
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
    Require(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
  } else {
    Sign(certificate.get(), *issuer);
  }
  const Bio key_text = Writer();
  PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {ToPem(certificate.get()), Content(key_text.get())};
}

std::string SignRequest(const std::string& request, const Credentials& issuer) {
  const Bio text = Reader(request);
  const std::unique_ptr<X509_REQ, decltype(&X509_REQ_free)> read(
      PEM_read_bio_X509_REQ(text.get(), nullptr, nullptr, nullptr), &X509_REQ_free);
  Require(read != nullptr);
  EVP_PKEY* const key = X509_REQ_get0_pubkey(read.get());
  Require(key != nullptr && X509_REQ_verify(read.get(), key) == 1);
  const Certificate certificate(X509_new(), &X509_free);
  CertificateRequest like;
  like.alternative_names.clear();
  Fill(certificate.get(), like);
  X509_set_subject_name(certificate.get(), X509_REQ_get_subject_name(read.get()));
  X509_set_pubkey(certificate.get(), key);
  STACK_OF(X509_EXTENSION)* const extensions = X509_REQ_get_extensions(read.get());
  for (int i = 0; i < sk_X509_EXTENSION_num(extensions); ++i) {
    X509_add_ext(certificate.get(), sk_X509_EXTENSION_value(extensions, i), -1);
  }
  sk_X509_EXTENSION_pop_free(extensions, &X509_EXTENSION_free);
  Sign(certificate.get(), issuer);
  return ToPem(certificate.get());
}

}  // namespace sidecar::testing_support
