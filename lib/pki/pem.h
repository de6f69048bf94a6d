#pragma once

#include <string>

#include <openssl/x509.h>

#include "lib/pki/certificate.h"

// Certificates, keys and signing requests as PEM: what certificate.h reads.

namespace sidecar::pki {

Result<std::string> ToPem(const X509& certificate);

// PKCS#8, without a pass phrase: "BEGIN PRIVATE KEY".
Result<std::string> ToPem(const EVP_PKEY& key);

// PKCS#10: "BEGIN CERTIFICATE REQUEST".
Result<std::string> ToPem(const X509_REQ& request);

}  // namespace sidecar::pki
