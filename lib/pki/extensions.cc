#include "lib/pki/extensions.h"

#include <array>
#include <string_view>

#include <arpa/inet.h>
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "lib/pki/openssl_error.h"

namespace sidecar::pki {

namespace {

struct NamesDeleter {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};
using NamesPtr = std::unique_ptr<GENERAL_NAMES, NamesDeleter>;

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

bool IsDnsName(std::string_view name) {
  constexpr std::size_t kLongest = 253;
  if (name.starts_with("*.")) name.remove_prefix(2);
  constexpr std::string_view kAlphabet =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
  return !name.empty() && name.size() <= kLongest &&
         name.find_first_not_of(kAlphabet) == std::string_view::npos;
}

// As RFC 5280 has it: 4 or 16 bytes; empty if the text is no address.
std::string AddressBytes(const std::string& text) {
  std::array<char, sizeof(in6_addr)> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return {bytes.data(), sizeof(in_addr)};
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return {bytes.data(), sizeof(in6_addr)};
  return {};
}

bool Append(GENERAL_NAMES* names, int type, std::string_view bytes) {
  ASN1_STRING* const value =
      ASN1_STRING_type_new(type == GEN_DNS ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING);
  GENERAL_NAME* const name = GENERAL_NAME_new();
  if (value == nullptr || name == nullptr ||
      ASN1_STRING_set(value, bytes.data(), static_cast<int>(bytes.size())) != 1) {
    ASN1_STRING_free(value);
    GENERAL_NAME_free(name);
    return false;
  }
  GENERAL_NAME_set0_value(name, type, value);
  if (sk_GENERAL_NAME_push(names, name) > 0) return true;
  GENERAL_NAME_free(name);
  return false;
}

}  // namespace

void ExtensionDeleter::operator()(X509_EXTENSION* extension) const {
  X509_EXTENSION_free(extension);
}

Result<ExtensionPtr> AlternativeNames(const ServerNames& names) {
  ERR_clear_error();
  const NamesPtr all(GENERAL_NAMES_new());
  bool added = all != nullptr;
  for (const std::string& name : names.dns_names) {
    if (!IsDnsName(name)) return Invalid("\"" + name + "\" is no DNS name");
    added = added && Append(all.get(), GEN_DNS, name);
  }
  for (const std::string& address : names.ip_addresses) {
    const std::string bytes = AddressBytes(address);
    if (bytes.empty()) return Invalid("\"" + address + "\" is no IP address");
    added = added && Append(all.get(), GEN_IPADD, bytes);
  }
  if (!added) return OpensslFailed("name the server");
  if (sk_GENERAL_NAME_num(all.get()) == 0) return Invalid("a server certificate needs a name");
  ExtensionPtr extension(X509V3_EXT_i2d(NID_subject_alt_name, 0, all.get()));
  if (extension == nullptr) return OpensslFailed("name the server");
  return extension;
}

Result<ExtensionPtr> MakeExtension(int nid, const char* value, X509* issuer, X509* subject) {
  ERR_clear_error();
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, subject, nullptr, nullptr, 0);
  X509V3_set_ctx_nodb(&context);
  ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  if (extension == nullptr) return OpensslFailed("make a certificate extension");
  return extension;
}

Result<void> SetCommonName(X509_NAME* name, const std::string& common_name) {
  ERR_clear_error();
  constexpr std::size_t kLongest = 64;
  if (common_name.empty() || common_name.size() > kLongest) {
    return Invalid("\"" + common_name + "\" is no common name: it takes 1 to 64 bytes");
  }
  const auto* const text = reinterpret_cast<const unsigned char*>(common_name.data());
  if (X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8, text,
                                 static_cast<int>(common_name.size()), -1, 0) != 1) {
    return OpensslFailed("set the common name");
  }
  return {};
}

}  // namespace sidecar::pki
