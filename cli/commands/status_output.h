#pragma once

#include <string>

#include "lib/diagnose/injection_tally.h"

namespace sidecar::cli {

// Whether an owner's pods are not as they should be: stale, missing, failed.
bool NeedsWork(diagnose::InjectionState state);

// How owners stand, for people: "table" leaves out those that have nothing to do with the
// injection; "wide" shows all, with reasons, versions and times.
std::string RenderStatus(const diagnose::InjectionTally& tally, bool is_wide, bool in_colour);

// "json", "yaml": namespaces, owners and totals. "name": the owners that need work.
std::string WriteStatus(const diagnose::InjectionTally& tally, const std::string& current_version,
                        const std::string& format);

// "12 pods injected, 3 stale, 1 missing, 2 opted out, 0 failed".
std::string SummarizeStatus(const diagnose::InjectionTally& tally);

}  // namespace sidecar::cli
