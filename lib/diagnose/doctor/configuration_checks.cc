#include <string>

#include "lib/diagnose/doctor/groups.h"
#include "lib/diagnose/doctor/snapshot_config.h"

// The ConfigMaps, compiled as the injector does it.

namespace sidecar::diagnose {
namespace {

std::string MessageOf(const Finding& finding) {
  std::string text(finding.rule->code);
  if (finding.line > 0) text += ", line " + std::to_string(finding.line);
  return text + ": " + finding.message;
}

CheckResult CheckPresent(const DoctorSnapshot& snapshot) {
  if (const auto why = WhyUnseen(snapshot, "inject config"); !why.empty()) return Skip(why);
  CheckResult result;
  if (!snapshot.inject_config.has_value()) {
    result.Add("", "there is no ConfigMap with an injection configuration in namespace " +
                       snapshot.istio_namespace);
  }
  return result;
}

CheckResult CheckValid(const DoctorSnapshot& snapshot) {
  if (!snapshot.inject_config.has_value()) return Skip("there is no injection configuration");
  CheckResult result;
  for (const Finding& finding : LintInjection(snapshot)) {
    if (finding.rule->severity == Severity::kError) {
      result.Add("injection configuration", MessageOf(finding));
    }
  }
  return result;
}

CheckResult CheckDoubtful(const DoctorSnapshot& snapshot) {
  if (!snapshot.inject_config.has_value()) return Skip("there is no injection configuration");
  CheckResult result;
  for (const Finding& finding : LintInjection(snapshot)) {
    if (finding.rule->severity == Severity::kWarning) {
      result.Add("injection configuration", MessageOf(finding));
    }
  }
  return result;
}

CheckResult CheckMesh(const DoctorSnapshot& snapshot) {
  if (const auto why = WhyUnseen(snapshot, "mesh config"); !why.empty()) return Skip(why);
  if (!snapshot.mesh_config.has_value()) return Skip("there is no mesh configuration");
  CheckResult result;
  if (const auto mesh = ReadMesh(snapshot); !mesh.has_value()) {
    result.Add("mesh configuration", mesh.error().message);
  }
  return result;
}

CheckResult CheckMeshPresent(const DoctorSnapshot& snapshot) {
  if (const auto why = WhyUnseen(snapshot, "mesh config"); !why.empty()) return Skip(why);
  CheckResult result;
  if (!snapshot.mesh_config.has_value()) {
    result.Add("", "there is no ConfigMap with a mesh configuration in namespace " +
                       snapshot.istio_namespace + ": sidecars get the defaults");
  }
  return result;
}

constexpr Check kPresent = {
    {"InjectionConfigMissing", Severity::kError,
     "The injector needs an injection configuration: ConfigMap istio-inject, key config.",
     "Create it: sidecar-injector config defaults prints one; or start the controller with "
     "--defaultConfig."},
    &CheckPresent};
constexpr Check kValid = {
    {"InjectionConfigInvalid", Severity::kError,
     "The injection configuration must compile, and render for ordinary pods.",
     "Correct it; the injector goes on with the last good one meanwhile: sidecar-injector lint."},
    &CheckValid};
constexpr Check kDoubtful = {{"InjectionConfigDoubtful", Severity::kWarning,
                              "Nothing in the injection configuration should surprise anybody.",
                              "See sidecar-injector lint."},
                             &CheckDoubtful};
constexpr Check kMesh = {
    {"MeshConfigInvalid", Severity::kError, "The mesh configuration must be valid.",
     "Correct ConfigMap istio, key mesh; the injector goes on with the last good one meanwhile."},
    &CheckMesh};
constexpr Check kMeshPresent = {{"MeshConfigMissing", Severity::kWarning,
                                 "A mesh configuration should be there: ConfigMap istio, key mesh.",
                                 "Create it, or install the injector with mesh.create=true."},
                                &CheckMeshPresent};

}  // namespace

std::vector<const Check*> ConfigurationChecks() {
  return {&kPresent, &kValid, &kDoubtful, &kMeshPresent, &kMesh};
}

}  // namespace sidecar::diagnose
