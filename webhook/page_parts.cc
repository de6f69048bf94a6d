#include "webhook/page_parts.h"

#include <algorithm>
#include <utility>

#include "webhook/explanation.h"

namespace sidecar::webhook {
namespace {

using inject::Reason;

constexpr std::size_t kMostShownBytes = std::size_t{128} << 10U;

std::string PolicyName(inject::Policy policy) {
  switch (policy) {
    case inject::Policy::kEnabled: return "enabled";
    case inject::Policy::kDisabled: return "disabled";
    default: return "unknown";
  }
}

ui::CertificateRow Row(std::string role, const pki::CertificateFacts& facts) {
  ui::CertificateRow row;
  row.role = std::move(role);
  row.subject = facts.subject;
  row.serial = facts.serial;
  row.names = facts.dns_names;
  row.names.insert(row.names.end(), facts.ip_addresses.begin(), facts.ip_addresses.end());
  row.not_before = facts.not_before;
  row.not_after = facts.not_after;
  return row;
}

std::string Shown(const std::string& text) {
  if (text.size() <= kMostShownBytes) return text;
  return text.substr(0, kMostShownBytes) + "\n... cut at " + std::to_string(kMostShownBytes) +
         " of " + std::to_string(text.size()) + " bytes";
}

std::string Verdict(const Trial& trial) {
  if (!trial.reason.has_value()) return "Nothing to inject";
  const std::string reason(ToString(*trial.reason));
  if (!trial.error.empty()) {
    return reason + ": " + trial.object +
           (trial.allowed ? " would be admitted without its sidecar" : " would be refused");
  }
  if (*trial.reason == Reason::kInjected) return "Injected: " + trial.object + " gets a sidecar";
  if (*trial.reason == Reason::kAlreadyInjected) {
    return "AlreadyInjected: " + trial.object + " has this sidecar";
  }
  return reason + ": " + trial.object + " would get no sidecar";
}

}  // namespace

ui::Tone ToneOf(Reason reason) {
  switch (reason) {
    case Reason::kInjected:
    case Reason::kAlreadyInjected: return ui::Tone::kGood;
    case Reason::kNotAPod:
    case Reason::kSubresource:
    case Reason::kNotACreation: return ui::Tone::kNote;
    case Reason::kInvalidPod:
    case Reason::kNoConfig:
    case Reason::kTemplateError:
    case Reason::kOutOfTime:
    case Reason::kInvalidAnnotation: return ui::Tone::kBad;
    default: return ui::Tone::kNeutral;
  }
}

std::vector<ui::ConditionRow> ShowConditions(const observe::Readiness& readiness) {
  std::vector<ui::ConditionRow> rows;
  for (observe::Readiness::Condition& condition : readiness.conditions()) {
    rows.push_back({std::move(condition.name), condition.holds, std::move(condition.text)});
  }
  return rows;
}

ui::ConfigurationPart ShowConfiguration(const InjectionSnapshot* snapshot) {
  ui::ConfigurationPart part;
  if (snapshot == nullptr) return part;
  const inject::Config& config = snapshot->renderer->config();
  part.generation = snapshot->generation;
  part.policy = PolicyName(config.policy());
  part.compat = std::string(inject::ToString(config.compat()));
  part.config_hash = snapshot->config_hash;
  part.template_hash = config.version();
  part.mesh_hash = snapshot->mesh_hash;
  part.warnings = snapshot->warnings;
  return part;
}

std::vector<ui::CertificateRow> ShowCertificates(const std::vector<pki::CertificateFacts>& served,
                                                 std::string_view ca_bundle) {
  std::vector<ui::CertificateRow> rows;
  for (const pki::CertificateFacts& facts : served) {
    rows.push_back(Row(rows.empty() ? "Serving certificate" : "Intermediate", facts));
  }
  const auto authorities = pki::ReadCertificates(ca_bundle);
  if (!authorities.has_value()) return rows;
  for (const pki::X509Ptr& authority : *authorities) {
    rows.push_back(Row("Authority in caBundle", pki::Describe(*authority)));
  }
  return rows;
}

ui::DecisionsPart ShowDecisions(const std::vector<Decision>& latest, std::uint64_t total) {
  ui::DecisionsPart part;
  part.total = total;
  part.kept = DecisionLog::kKept;
  for (const Decision& decision : latest) {
    ui::DecisionRow row;
    row.time = decision.time;
    row.namespace_name = decision.namespace_name;
    row.pod = decision.pod;
    row.owner = decision.owner;
    row.reason = std::string(ToString(decision.reason));
    row.tone = ToneOf(decision.reason);
    row.refused = !decision.allowed;
    row.dry_run = decision.dry_run;
    row.duration = decision.duration;
    const auto known =
        std::find_if(part.reasons.begin(), part.reasons.end(),
                     [&](const ui::ReasonRow& each) { return each.reason == row.reason; });
    if (known != part.reasons.end()) {
      ++known->count;
    } else {
      part.reasons.push_back({row.reason, row.tone, 1, std::string(RemedyFor(decision.reason))});
    }
    part.rows.push_back(std::move(row));
  }
  std::stable_sort(part.reasons.begin(), part.reasons.end(),
                   [](const auto& a, const auto& b) { return a.count > b.count; });
  return part;
}

ui::TrialPart ShowTrial(const Trial& trial, std::uint64_t generation,
                        std::chrono::nanoseconds duration) {
  ui::TrialPart part;
  part.verdict = Verdict(trial);
  part.message = trial.error;
  part.warnings = trial.warnings;
  part.rendered = Shown(trial.rendered);
  part.patch = Shown(trial.patch);
  part.generation = generation;
  part.duration = duration;
  part.tone = ui::Tone::kBad;
  if (trial.reason.has_value()) {
    part.remedy = std::string(RemedyFor(*trial.reason));
    if (trial.error.empty()) part.tone = ToneOf(*trial.reason);
  }
  return part;
}

}  // namespace sidecar::webhook
