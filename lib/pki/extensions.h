#pragma once

#include <memory>
#include <string>

#include <openssl/x509.h>

#include "lib/base/result.h"
#include "lib/pki/server_names.h"

// The X.509 version 3 extensions that certificates and signing requests of this program carry.

namespace sidecar::pki {

struct ExtensionDeleter {
  void operator()(X509_EXTENSION* extension) const;
};
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, ExtensionDeleter>;

// The subject alternative name extension. An error if there is no name, or one that no certificate
// may hold: more than 253 bytes, characters other than ASCII letters, digits, '-', '.', '_' and a
// leading "*.", an IP address that is none.
Result<ExtensionPtr> AlternativeNames(const ServerNames& names);

// One of OpenSSL's, by its configuration syntax: ("keyUsage", "critical,digitalSignature").
// `issuer` and `subject` are needed for key identifiers only.
Result<ExtensionPtr> MakeExtension(int nid, const char* value, X509* issuer = nullptr,
                                   X509* subject = nullptr);

// Sets the one entry of an otherwise empty name. At most 64 bytes of UTF-8, as RFC 5280 demands.
Result<void> SetCommonName(X509_NAME* name, const std::string& common_name);

}  // namespace sidecar::pki
