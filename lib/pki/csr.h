#pragma once

#include <string>

#include "lib/pki/certificate.h"
#include "lib/pki/server_names.h"

namespace sidecar::pki {

struct SigningRequest {
  std::string common_name;   // Cut to the 64 bytes it may have.
  std::string organization;  // Empty: none. Some of Kubernetes' signers want "system:nodes".
  ServerNames names;
};

// A PKCS#10 request, PEM, for a TLS server's certificate: the names, and the key usages digital
// signature, key encipherment and server auth, which are those that Istio 0.5's script and
// Kubernetes' signers ask for. Signed with the key that the certificate is for.
Result<std::string> MakeSigningRequest(const EVP_PKEY& key, const SigningRequest& request);

}  // namespace sidecar::pki
