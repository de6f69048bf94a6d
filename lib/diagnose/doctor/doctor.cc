#include "lib/diagnose/doctor/doctor.h"

#include "lib/diagnose/doctor/groups.h"

namespace sidecar::diagnose {
namespace {

CheckStatus StatusOf(Severity severity, const CheckResult& result) {
  if (!result.skipped.empty()) return CheckStatus::kSkipped;
  if (result.findings.empty()) return CheckStatus::kOk;
  switch (severity) {
    case Severity::kInfo: return CheckStatus::kInfo;
    case Severity::kWarning: return CheckStatus::kWarning;
    case Severity::kError: return CheckStatus::kError;
  }
  return CheckStatus::kError;
}

}  // namespace

const std::vector<CheckGroup>& DoctorChecks() {
  static const std::vector<CheckGroup> groups = {
      {"API server", ApiServerChecks()},
      {"webhook", WebhookChecks()},
      {"service", ServiceChecks()},
      {"certificates", CertificateChecks()},
      {"configuration", ConfigurationChecks()},
      {"namespaces", NamespaceChecks()},
      {"controller", ControllerChecks()},
      {"platform", PlatformChecks()},
      {"probe", ProbeChecks()},
  };
  return groups;
}

std::string_view ToString(CheckStatus status) {
  switch (status) {
    case CheckStatus::kOk: return "ok";
    case CheckStatus::kSkipped: return "skipped";
    case CheckStatus::kInfo: return "info";
    case CheckStatus::kWarning: return "warning";
    case CheckStatus::kError: return "error";
  }
  return "unknown";
}

std::vector<CheckReport> Examine(const DoctorSnapshot& snapshot) {
  std::vector<CheckReport> reports;
  for (const CheckGroup& group : DoctorChecks()) {
    for (const Check* const check : group.checks) {
      CheckResult result = check->run(snapshot);
      const CheckStatus status = StatusOf(check->rule.severity, result);
      reports.push_back({group.title, check, status, std::move(result)});
    }
  }
  return reports;
}

}  // namespace sidecar::diagnose
