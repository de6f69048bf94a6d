#pragma once

#include "lib/ui/html.h"
#include "lib/ui/page_model.h"

// The parts of the pages, each a <section> with its heading. Pure, any thread.

namespace sidecar::ui {

void AppendSummary(const Overview& overview, Html& html);
void AppendConfiguration(const ConfigurationPart& configuration, Html& html);
void AppendCertificates(const std::vector<CertificateRow>& certificates, WallTime now, Html& html);
void AppendNamespaces(const std::optional<NamespacesPart>& namespaces, Html& html);
void AppendDecisions(const DecisionsPart& decisions, WallTime now, Html& html);
void AppendTrial(const TrialPart& trial, Html& html);
// The form with `pod` in it, or a sample. `refusal` says why it was not accepted, if it was not.
void AppendForm(std::string_view pod, std::string_view refusal, Html& html);

}  // namespace sidecar::ui
