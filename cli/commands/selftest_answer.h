#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/base/error.h"
#include "lib/kube/json.h"

// What `selftest` asks an API server and what it makes of the answer. Pure.

namespace sidecar::cli {

// A pod that is created as a dry run only; nothing in it is ever pulled or started.
std::string MakeProbePod();

// What was injected into it, by the status annotation: "istio-init, istio-proxy". Nothing if it
// came back as it was sent.
std::optional<std::string> InjectedInto(const kube::Json& pod);

// What usually causes an API server's refusal, and where to look; empty if it is no known one.
// docs/OPERATIONS.md lists the same texts.
std::string_view HintFor(std::string_view message);

// Whether the next try may have another outcome: what starts up may not be there yet.
bool MayPass(const Error& error);

}  // namespace sidecar::cli
