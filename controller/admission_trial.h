#pragma once

#include <optional>
#include <string>

#include "controller/injection_report.h"
#include "lib/kube/json.h"
#include "webhook/handler.h"
#include "webhook/injection_snapshot.h"

namespace sidecar::controller {

// Asks the injection endpoint, in this process, what it would say to this pod if it were created
// now: why its injection would fail, nothing where it would not. Pure but for the snapshot's memo;
// gives up a slow template after a second or two.
std::optional<InjectionFailure> TryAdmission(const kube::Json& pod, std::string namespace_name,
                                             const webhook::InjectionSnapshot* snapshot,
                                             const webhook::AdmissionOptions& options);

}  // namespace sidecar::controller
