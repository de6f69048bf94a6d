#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/pki/certificate.h"

namespace sidecar::pki {

// Whether a TLS client that trusts `roots` accepts the server's chain (leaf first) for a name or IP
// address at a time. The error says why not.
//
// Judges as Go's crypto/x509 does for kube-apiserver: any certificate among the roots ends the
// chain, self-signed or not; its dates count too; the common name is no name; the leaf must be
// allowed to serve.
Result<void> VerifyServer(const std::vector<X509Ptr>& chain, const std::vector<X509Ptr>& roots,
                          const std::string& name, WallTime now);

// The same over PEM texts.
Result<void> VerifyServer(std::string_view chain_pem, std::string_view roots_pem,
                          const std::string& name, WallTime now);

// Whether the certificate is for this DNS name or IP address.
bool HasName(const X509& certificate, const std::string& name);

}  // namespace sidecar::pki
