#include "lib/pki/certificate.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "lib/pki/openssl_error.h"

namespace sidecar::pki {

namespace {

struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using BioPtr = std::unique_ptr<BIO, BioDeleter>;

struct NamesDeleter {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

BioPtr Reader(std::string_view text) {
  ERR_clear_error();
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// PEM files are a few KiB; the bound keeps sizes within OpenSSL's int.
constexpr std::size_t kMostPemBytes = 4U << 20U;

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

std::string Content(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

// Certificates without an end say 9999, which a clock of nanoseconds cannot. The clamped years
// leave room for differences and for adding lives.
WallTime ToWallTime(const ASN1_TIME* time) {
  constexpr std::time_t kYear1970 = 0;
  constexpr std::time_t kYear2200 = 7258118400;
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return std::chrono::system_clock::from_time_t(std::clamp(timegm(&parts), kYear1970, kYear2200));
}

std::string SubjectText(X509_NAME* name) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  return Content(out.get());
}

std::string Utf8(const ASN1_STRING* text) {
  unsigned char* data = nullptr;
  const int size = ASN1_STRING_to_UTF8(&data, text);
  if (size < 0) return {};
  std::string result(data, data + size);
  OPENSSL_free(data);
  return result;
}

std::string CommonName(X509_NAME* name) {
  const int index = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (index < 0) return {};
  return Utf8(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
}

std::string SerialText(const X509& certificate) {
  BIGNUM* const number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(&certificate), nullptr);
  if (number == nullptr) return {};
  char* const hex = BN_bn2hex(number);
  std::string result = hex == nullptr ? "" : hex;
  OPENSSL_free(hex);
  BN_free(number);
  return result;
}

std::string IpText(const ASN1_OCTET_STRING* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int size = ASN1_STRING_length(address);
  if (size != 4 && size != 16) return {};
  inet_ntop(size == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(address), text.data(),
            text.size());
  return text.data();
}

void CollectNames(const X509& certificate, CertificateFacts& facts) {
  const std::unique_ptr<GENERAL_NAMES, NamesDeleter> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) facts.dns_names.push_back(Utf8(name->d.dNSName));
    if (name->type == GEN_IPADD) facts.ip_addresses.push_back(IpText(name->d.iPAddress));
  }
}

}  // namespace

void X509Deleter::operator()(X509* certificate) const {
  X509_free(certificate);
}

void PrivateKeyDeleter::operator()(EVP_PKEY* key) const {
  EVP_PKEY_free(key);
}

Result<std::vector<X509Ptr>> ReadCertificates(std::string_view pem) {
  if (pem.size() > kMostPemBytes) return Invalid("certificate: larger than 4 MiB");
  const BioPtr reader = Reader(pem);
  std::vector<X509Ptr> certificates;
  while (X509Ptr next{PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr)}) {
    certificates.push_back(std::move(next));
  }
  // The end of the text is reported as an error too: no further start line.
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (!at_end) {
    return Invalid("certificate " + std::to_string(certificates.size() + 1) + ": " +
                   TakeOpensslError("unreadable"));
  }
  ERR_clear_error();
  if (certificates.empty()) return Invalid("certificate: no PEM block of type CERTIFICATE");
  return certificates;
}

Result<PrivateKeyPtr> ReadPrivateKey(std::string_view pem) {
  if (pem.size() > kMostPemBytes) return Invalid("private key: larger than 4 MiB");
  // Without this, OpenSSL asks the terminal for the pass phrase.
  const auto no_pass_phrase = [](char*, int, int, void*) { return -1; };
  const BioPtr reader = Reader(pem);
  PrivateKeyPtr key(PEM_read_bio_PrivateKey(reader.get(), nullptr, no_pass_phrase, nullptr));
  if (key == nullptr) {
    const bool absent = pem.find("PRIVATE KEY-----") == std::string_view::npos;
    const std::string reason = TakeOpensslError("unreadable");
    return Invalid("private key: " + (absent ? "no PEM block of type PRIVATE KEY" : reason));
  }
  ERR_clear_error();
  return key;
}

CertificateFacts Describe(const X509& certificate) {
  CertificateFacts facts;
  X509_NAME* const subject = X509_get_subject_name(&certificate);
  facts.subject = SubjectText(subject);
  facts.common_name = CommonName(subject);
  facts.serial = SerialText(certificate);
  facts.not_before = ToWallTime(X509_get0_notBefore(&certificate));
  facts.not_after = ToWallTime(X509_get0_notAfter(&certificate));
  CollectNames(certificate, facts);
  // OpenSSL fills its cache of extensions on first use, under a lock of its own.
  X509& cached = const_cast<X509&>(certificate);
  facts.is_ca = X509_check_ca(&cached) == 1;
  facts.may_serve = (X509_get_extended_key_usage(&cached) & (XKU_SSL_SERVER | XKU_ANYEKU)) != 0;
  ERR_clear_error();
  return facts;
}

Result<KeyPair> ReadKeyPair(std::string_view chain_pem, std::string_view key_pem) {
  KeyPair pair;
  ASSIGN_OR_RETURN(pair.chain, ReadCertificates(chain_pem));
  ASSIGN_OR_RETURN(pair.key, ReadPrivateKey(key_pem));
  if (X509_check_private_key(pair.chain.front().get(), pair.key.get()) != 1) {
    ERR_clear_error();
    return Invalid("the private key does not belong to the first certificate of the chain");
  }
  pair.leaf = Describe(*pair.chain.front());
  if (!pair.leaf.may_serve) {
    pair.warnings.emplace_back("the certificate's extended key usage does not allow servers");
  }
  if (pair.leaf.dns_names.empty() && pair.leaf.ip_addresses.empty()) {
    pair.warnings.emplace_back(
        "the certificate has no subject alternative name; clients ignore the common name");
  }
  return pair;
}

std::string Fingerprint(const X509& certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  X509_digest(&certificate, EVP_sha256(), digest.data(), &size);
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < size; ++i) text.append({kHex[digest[i] >> 4U], kHex[digest[i] & 15U]});
  return text;
}

}  // namespace sidecar::pki
