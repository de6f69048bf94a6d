#include "lib/pki/key.h"

#include <openssl/ec.h>
#include <openssl/evp.h>

#include "lib/pki/openssl_error.h"

namespace sidecar::pki {

Result<PrivateKeyPtr> GenerateKey() {
  PrivateKeyPtr key(EVP_EC_gen("P-256"));
  if (key == nullptr) return OpensslFailed("generate a key");
  return key;
}

}  // namespace sidecar::pki
