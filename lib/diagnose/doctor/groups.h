#pragma once

#include <vector>

#include "lib/diagnose/doctor/check.h"

// The groups of doctor's checks; each has a file of its own.

namespace sidecar::diagnose {

std::vector<const Check*> ApiServerChecks();
std::vector<const Check*> WebhookChecks();
std::vector<const Check*> ServiceChecks();
std::vector<const Check*> CertificateChecks();
std::vector<const Check*> ConfigurationChecks();
std::vector<const Check*> NamespaceChecks();
std::vector<const Check*> ControllerChecks();
std::vector<const Check*> PlatformChecks();
std::vector<const Check*> ProbeChecks();

}  // namespace sidecar::diagnose
