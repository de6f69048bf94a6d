#pragma once

#include "lib/pki/certificate.h"

// New private keys.

namespace sidecar::pki {

// ECDSA on P-256: what every TLS client of the last decade verifies, made in microseconds, and a
// handshake costs a tenth of RSA's. Randomness is OpenSSL's. Thread-safe.
Result<PrivateKeyPtr> GenerateKey();

}  // namespace sidecar::pki
