#pragma once

#include <string>

#include "webhook/injection_snapshot.h"
#include "webhook/serving_certificate.h"

namespace sidecar::webhook {

// JSON for the page /configz: hashes, generations and dates of what is in use; no content, no keys.
// `snapshot` may be null.
std::string DescribeConfiguration(const InjectionSnapshot* snapshot,
                                  const ServingCertificate::Facts& certificate);

}  // namespace sidecar::webhook
