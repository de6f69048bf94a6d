#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/observe/health.h"
#include "lib/pki/certificate.h"
#include "lib/ui/page_model.h"
#include "webhook/decision_log.h"
#include "webhook/injection_snapshot.h"
#include "webhook/trial.h"

// What the injector knows, as the pages show it. Pure, any thread.

namespace sidecar::webhook {

// Good where the pod has its sidecar, bad where something failed.
ui::Tone ToneOf(inject::Reason reason);

std::vector<ui::ConditionRow> ShowConditions(const observe::Readiness& readiness);

// `snapshot` may be null.
ui::ConfigurationPart ShowConfiguration(const InjectionSnapshot* snapshot);

// `served` is the leaf and its intermediates, `ca_bundle` PEM, where that is known.
std::vector<ui::CertificateRow> ShowCertificates(const std::vector<pki::CertificateFacts>& served,
                                                 std::string_view ca_bundle);

// The latest come first.
ui::DecisionsPart ShowDecisions(const std::vector<Decision>& latest, std::uint64_t total);

// A rendered text or patch is cut where it is longer than anybody would read.
ui::TrialPart ShowTrial(const Trial& trial, std::uint64_t generation,
                        std::chrono::nanoseconds duration);

}  // namespace sidecar::webhook
