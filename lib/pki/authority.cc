#include "lib/pki/authority.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "lib/pki/extensions.h"
#include "lib/pki/key.h"
#include "lib/pki/openssl_error.h"
#include "lib/pki/pem.h"

namespace sidecar::pki {

namespace {

struct BignumDeleter {
  void operator()(BIGNUM* number) const { BN_free(number); }
};

// 127 random bits and a leading one: always 16 bytes, never negative or zero.
bool SetRandomSerial(X509* certificate) {
  constexpr int kBits = 128;
  const std::unique_ptr<BIGNUM, BignumDeleter> number(BN_new());
  return number != nullptr &&
         BN_rand(number.get(), kBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool SetTime(ASN1_TIME* field, WallTime time) {
  return ASN1_TIME_set(field, std::chrono::system_clock::to_time_t(time)) != nullptr;
}

Result<void> AddExtension(X509* certificate, int nid, const char* value, X509* issuer) {
  ASSIGN_OR_RETURN(const ExtensionPtr extension, MakeExtension(nid, value, issuer, certificate));
  if (X509_add_ext(certificate, extension.get(), -1) != 1) return OpensslFailed("add an extension");
  return {};
}

struct NidValue {
  int nid;
  const char* value;
};

template <std::size_t N>
Result<void> AddExtensions(X509* certificate, const NidValue (&extensions)[N], X509* issuer) {
  for (const NidValue& each : extensions) {
    if (auto added = AddExtension(certificate, each.nid, each.value, issuer); !added.has_value()) {
      return added;
    }
  }
  return {};
}

struct Dates {
  WallTime from;
  WallTime until;
};

// All but the issuer, the extensions and the signature.
Result<X509Ptr> NewCertificate(const std::string& common_name, Dates dates, EVP_PKEY* key) {
  X509Ptr certificate(X509_new());
  if (certificate == nullptr || X509_set_version(certificate.get(), X509_VERSION_3) != 1 ||
      !SetRandomSerial(certificate.get()) ||
      !SetTime(X509_getm_notBefore(certificate.get()), dates.from) ||
      !SetTime(X509_getm_notAfter(certificate.get()), dates.until) ||
      X509_set_pubkey(certificate.get(), key) != 1) {
    return OpensslFailed("make a certificate");
  }
  auto named = SetCommonName(X509_get_subject_name(certificate.get()), common_name);
  if (!named.has_value()) return std::move(named).error();
  return certificate;
}

Result<CredentialsPem> SignAndWrite(X509* certificate, EVP_PKEY* signer, const EVP_PKEY& own_key) {
  if (X509_sign(certificate, signer, EVP_sha256()) == 0) return OpensslFailed("sign a certificate");
  CredentialsPem written;
  ASSIGN_OR_RETURN(written.certificate, ToPem(*certificate));
  ASSIGN_OR_RETURN(written.key, ToPem(own_key));
  return written;
}

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

}  // namespace

std::chrono::seconds BackDating(std::chrono::seconds life) {
  return std::min<std::chrono::seconds>(std::chrono::hours(1), life / 10);
}

Result<CredentialsPem> MakeAuthority(const std::string& common_name, WallTime now,
                                     std::chrono::seconds life) {
  ERR_clear_error();
  if (life <= life.zero()) return Invalid("an authority needs a life of at least a second");
  ASSIGN_OR_RETURN(const PrivateKeyPtr key, GenerateKey());
  ASSIGN_OR_RETURN(const X509Ptr certificate,
                   NewCertificate(common_name, {now - BackDating(life), now + life}, key.get()));
  X509* const raw = certificate.get();
  if (X509_set_issuer_name(raw, X509_get_subject_name(raw)) != 1) {
    return OpensslFailed("name the issuer");
  }
  constexpr NidValue kExtensions[] = {
      {NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
      {NID_key_usage, "critical,keyCertSign,cRLSign"},
      {NID_subject_key_identifier, "hash"},
  };
  auto extended = AddExtensions(raw, kExtensions, raw);
  if (!extended.has_value()) return std::move(extended).error();
  return SignAndWrite(raw, key.get(), *key);
}

Result<Authority> ReadAuthority(std::string_view certificate_pem, std::string_view key_pem) {
  ASSIGN_OR_RETURN(KeyPair pair, ReadKeyPair(certificate_pem, key_pem));
  if (pair.chain.size() > 1) return Invalid("more than one certificate");
  if (!pair.leaf.is_ca) return Invalid("the certificate is none of an authority");
  return Authority{std::move(pair.chain.front()), std::move(pair.key), std::move(pair.leaf)};
}

Result<CredentialsPem> IssueLeaf(const Authority& authority, const LeafRequest& request) {
  ERR_clear_error();
  const WallTime end = std::min(request.now + request.life, authority.facts.not_after);
  if (end <= request.now) return Invalid("the authority has expired, or the life is not positive");
  ASSIGN_OR_RETURN(const PrivateKeyPtr key, GenerateKey());
  constexpr std::size_t kLongestCommonName = 64;
  const Dates dates = {request.now - BackDating(request.life), end};
  ASSIGN_OR_RETURN(
      const X509Ptr certificate,
      NewCertificate(request.common_name.substr(0, kLongestCommonName), dates, key.get()));
  X509* const raw = certificate.get();
  X509* const issuer = authority.certificate.get();
  if (X509_set_issuer_name(raw, X509_get_subject_name(issuer)) != 1) {
    return OpensslFailed("name the issuer");
  }
  constexpr NidValue kExtensions[] = {
      {NID_basic_constraints, "critical,CA:FALSE"},
      {NID_key_usage, "critical,digitalSignature"},
      {NID_ext_key_usage, "serverAuth"},
      {NID_subject_key_identifier, "hash"},
      // Two authorities of one name are told apart by it while both are trusted.
      {NID_authority_key_identifier, "keyid:always"},
  };
  auto extended = AddExtensions(raw, kExtensions, issuer);
  if (!extended.has_value()) return std::move(extended).error();
  ASSIGN_OR_RETURN(const ExtensionPtr names, AlternativeNames(request.names));
  if (X509_add_ext(raw, names.get(), -1) != 1) return OpensslFailed("name the server");
  return SignAndWrite(raw, authority.key.get(), *key);
}

bool IsSignedBy(const X509& certificate, const X509& authority) {
  // OpenSSL's cached hash of the certificate is filled on first use, under a lock of its own.
  const bool is_signed =
      X509_verify(const_cast<X509*>(&certificate), X509_get0_pubkey(&authority)) == 1;
  ERR_clear_error();
  return is_signed;
}

}  // namespace sidecar::pki
