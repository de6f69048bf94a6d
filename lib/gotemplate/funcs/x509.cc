#include "lib/gotemplate/funcs/x509.h"

#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "lib/gotemplate/value.h"

namespace sidecar::gotemplate::funcs {
namespace {

template <auto kFree>
struct Free {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using BigNumber = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>>;

void Check(bool done, std::string_view what) {
  if (!done) throw FunctionError("error " + std::string(what));
}

Bio ReadFrom(std::string_view text) {
  constexpr std::size_t kLongest = std::size_t{1} << 20U;
  if (text.size() > kLongest) throw FunctionError("PEM data is too long");
  Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  Check(bio != nullptr, "reading PEM");
  return bio;
}

std::string TakeText(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

Key NewKey(KeyType type) {
  constexpr int kShort = 2048;
  constexpr int kLong = 4096;
  switch (type) {
    case KeyType::kRsa2048: return Key(EVP_RSA_gen(kShort));
    case KeyType::kRsa4096: return Key(EVP_RSA_gen(kLong));
    case KeyType::kEcdsa: return Key(EVP_EC_gen("P-256"));
    case KeyType::kEd25519: return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    case KeyType::kDsa: break;
  }
  const KeyContext parameters(EVP_PKEY_CTX_new_from_name(nullptr, "DSA", nullptr));
  EVP_PKEY* raw = nullptr;
  Check(parameters != nullptr && EVP_PKEY_paramgen_init(parameters.get()) == 1 &&
            EVP_PKEY_CTX_set_dsa_paramgen_bits(parameters.get(), kShort) == 1 &&
            EVP_PKEY_CTX_set_dsa_paramgen_q_bits(parameters.get(), 256) == 1 &&
            EVP_PKEY_paramgen(parameters.get(), &raw) == 1,
        "generating dsa params");
  const Key domain(raw);
  const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, domain.get(), nullptr));
  raw = nullptr;
  Check(context != nullptr && EVP_PKEY_keygen_init(context.get()) == 1 &&
            EVP_PKEY_keygen(context.get(), &raw) == 1,
        "generating dsa key");
  return Key(raw);
}

// PKCS #1, SEC 1 and OpenSSL's DSA format for what has one, PKCS #8 for all others.
std::string WriteKey(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  const bool traditional = EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519;
  const int written = traditional ? PEM_write_bio_PrivateKey_traditional(
                                        bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr)
                                  : PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr,
                                                                  0, nullptr, nullptr);
  Check(written == 1, "pem-encoding key");
  return TakeText(bio.get());
}

// A key with a password is none: nobody is asked for one.
int NoPassword(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) {
  return -1;
}

Key ReadKey(std::string_view pem) {
  if (pem.find("-----BEGIN ") == std::string_view::npos) {
    throw FunctionError("no PEM data in input");
  }
  Key key(PEM_read_bio_PrivateKey(ReadFrom(pem).get(), nullptr, NoPassword, nullptr));
  if (key == nullptr) throw FunctionError("the PEM block holds no private key");
  return key;
}

Certificate ReadCertificate(std::string_view pem, std::string_view what) {
  if (pem.find("-----BEGIN ") == std::string_view::npos) {
    throw FunctionError("unable to decode certificate");
  }
  Certificate certificate(PEM_read_bio_X509(ReadFrom(pem).get(), nullptr, NoPassword, nullptr));
  if (certificate == nullptr) {
    throw FunctionError("error parsing certificate: " + std::string(what) +
                        ": x509: malformed certificate");
  }
  return certificate;
}

void AddExtension(X509* certificate, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
  Check(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1,
        "creating certificate: bad extension");
}

void AddName(GENERAL_NAMES* names, int type, ASN1_STRING* value) {
  GENERAL_NAME* const name = GENERAL_NAME_new();
  Check(name != nullptr, "creating certificate");
  GENERAL_NAME_set0_value(name, type, value);
  sk_GENERAL_NAME_push(names, name);
}

void AddAlternativeNames(X509* certificate, const CertificateRequest& request) {
  const Names names(GENERAL_NAMES_new());
  for (const std::string& dns_name : request.dns_names) {
    ASN1_IA5STRING* const text = ASN1_IA5STRING_new();
    ASN1_STRING_set(text, dns_name.data(), static_cast<int>(dns_name.size()));
    AddName(names.get(), GEN_DNS, text);
  }
  for (const std::string& ip : request.ips) {
    ASN1_OCTET_STRING* const address = a2i_IPADDRESS(ip.c_str());
    if (address == nullptr || ip.find('\0') != std::string::npos) {
      ASN1_OCTET_STRING_free(address);
      throw FunctionError("error parsing ip: " + ip);
    }
    AddName(names.get(), GEN_IPADD, address);
  }
  if (sk_GENERAL_NAME_num(names.get()) == 0) return;
  Check(
      X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1,
      "creating certificate: bad alternative names");
}

void SetSerialNumber(X509* certificate) {
  constexpr int kBits = 128;
  const BigNumber number(BN_new());
  Check(number != nullptr &&
            BN_rand(number.get(), kBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
            BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr,
        "creating certificate: no serial number");
}

void SetTimes(X509* certificate, const CertificateRequest& request) {
  constexpr std::int64_t kSecondsPerDay = 86400;
  constexpr std::int64_t kMostDays = 1'000'000;  // Beyond the year 9999 there are no dates.
  if (request.days > kMostDays || request.days < -kMostDays) {
    throw FunctionError("error creating certificate: " + std::to_string(request.days) + " days");
  }
  const std::int64_t end = request.now + request.days * kSecondsPerDay;
  Check(ASN1_TIME_set(X509_getm_notBefore(certificate), request.now) != nullptr &&
            ASN1_TIME_set(X509_getm_notAfter(certificate), end) != nullptr,
        "creating certificate: bad dates");
}

}  // namespace

std::string GenerateKey(KeyType type) {
  const Key key = NewKey(type);
  Check(key != nullptr, "generating key");
  return WriteKey(key.get());
}

void CheckPrivateKey(std::string_view pem) {
  ReadKey(pem);
}

void CheckCertificate(std::string_view pem, std::string_view what) {
  ReadCertificate(pem, what);
}

CertificatePair MakeCertificate(const CertificateRequest& request, std::string_view key,
                                const CertificatePair& signer) {
  constexpr long kVersion3 = 2;
  const bool self_signed = signer.certificate.empty() && signer.key.empty();
  const Certificate issuer =
      self_signed ? nullptr : ReadCertificate(signer.certificate, "decodedSignerCert.Bytes");
  Key signing_key;
  if (!self_signed) {
    try {
      signing_key = ReadKey(signer.key);
    } catch (const FunctionError& error) {
      throw FunctionError(std::string("error parsing private key: ") + error.what());
    }
  }
  const Key own_key = ReadKey(key);
  const Certificate certificate(X509_new());
  Check(certificate != nullptr, "creating certificate");
  X509_set_version(certificate.get(), kVersion3);
  SetSerialNumber(certificate.get());
  SetTimes(certificate.get(), request);
  Check(request.common_name.empty() ||
            X509_NAME_add_entry_by_NID(
                X509_get_subject_name(certificate.get()), NID_commonName, MBSTRING_UTF8,
                reinterpret_cast<const unsigned char*>(request.common_name.data()),
                static_cast<int>(request.common_name.size()), -1, 0) == 1,
        "creating certificate: bad common name");
  X509_set_issuer_name(certificate.get(), self_signed ? X509_get_subject_name(certificate.get())
                                                      : X509_get_subject_name(issuer.get()));
  Check(X509_set_pubkey(certificate.get(), own_key.get()) == 1, "creating certificate");
  AddExtension(certificate.get(), NID_key_usage,
               request.is_ca ? "critical,digitalSignature,keyEncipherment,keyCertSign"
                             : "critical,digitalSignature,keyEncipherment");
  AddExtension(certificate.get(), NID_ext_key_usage, "serverAuth,clientAuth");
  AddExtension(certificate.get(), NID_basic_constraints,
               request.is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
  AddAlternativeNames(certificate.get(), request);

  EVP_PKEY* const used = self_signed ? own_key.get() : signing_key.get();
  const bool has_digest = EVP_PKEY_get_base_id(used) != EVP_PKEY_ED25519;
  Check(X509_sign(certificate.get(), used, has_digest ? EVP_sha256() : nullptr) > 0,
        "creating certificate: cannot sign");
  const Bio bio(BIO_new(BIO_s_mem()));
  Check(PEM_write_bio_X509(bio.get(), certificate.get()) == 1, "pem-encoding certificate");
  return {TakeText(bio.get()), WriteKey(own_key.get())};
}

}  // namespace sidecar::gotemplate::funcs
