#pragma once

#include "controller/certs/material.h"
#include "controller/certs/policy.h"

namespace sidecar::controller {

// The Secret's content after the step, which NextStep() has asked for in this situation. Keys and
// serial numbers are random; all else follows from the arguments. An error leaves things as they
// are: OpenSSL ran out of memory or randomness, or the policy's names fit no certificate.
Result<Material> Perform(const Step& step, const Situation& situation,
                         const CertificatePolicy& policy);

}  // namespace sidecar::controller
