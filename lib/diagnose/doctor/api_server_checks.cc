#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string>

#include "lib/diagnose/doctor/groups.h"

// What every admission webhook rests on.

namespace sidecar::diagnose {
namespace {

// The minor version of "v1.20.2"; 0 if the text is none of Kubernetes 1.
int MinorOf(std::string_view version) {
  constexpr std::string_view kPrefix = "v1.";
  if (!version.starts_with(kPrefix)) return 0;
  int minor = 0;
  std::from_chars(version.data() + kPrefix.size(), version.data() + version.size(), minor);
  return minor;
}

CheckResult CheckVersion(const DoctorSnapshot& snapshot) {
  // Mutating webhooks are on by default since then.
  constexpr int kOldest = 9;
  if (snapshot.server_version.empty()) return Skip(WhyUnseen(snapshot, "version"));
  const int minor = MinorOf(snapshot.server_version);
  CheckResult result = Fine(snapshot.server_version);
  if (minor != 0 && minor < kOldest) {
    result.Add("", "the API server is of " + snapshot.server_version +
                       ", mutating webhooks need v1.9 or later");
  }
  return result;
}

CheckResult CheckAdmissionApi(const DoctorSnapshot& snapshot) {
  if (const auto why = WhyUnseen(snapshot, "admission API"); !why.empty()) return Skip(why);
  const auto& versions = snapshot.admission_versions;
  const bool is_served = std::any_of(versions.begin(), versions.end(), [](const std::string& v) {
    return v == "v1" || v == "v1beta1";
  });
  std::string list;
  for (const std::string& version : versions) list += (list.empty() ? "" : ", ") + version;
  CheckResult result = Fine(list);
  if (!is_served) {
    result.Add("", "the API server serves admissionregistration.k8s.io in " +
                       (list.empty() ? "no version" : list) + ", not in v1 or v1beta1");
  }
  return result;
}

// Whether a flag of an API server, a list, names the plugin.
bool Lists(std::string_view argument, std::string_view flag) {
  if (!argument.starts_with(flag)) return false;
  std::string_view rest = argument.substr(flag.size());
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    if (rest.substr(0, comma) == "MutatingAdmissionWebhook") return true;
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  }
  return false;
}

// What an argument of an API server says about the plugin; empty: nothing bad.
std::string WhyOff(std::string_view argument) {
  if (Lists(argument, "--disable-admission-plugins=")) return std::string(argument);
  // The flag of before 1.10 lists all that are on.
  constexpr std::string_view kOld = "--admission-control=";
  const bool is_off = argument.starts_with(kOld) && !Lists(argument, kOld);
  return is_off ? std::string(argument) : std::string();
}

CheckResult CheckAdmissionPlugin(const DoctorSnapshot& snapshot) {
  CheckResult result;
  bool is_seen = false;
  for (const Object* const pod : OfKind(snapshot, "Pod")) {
    const yaml::Node* const containers = FindPath(pod->node, {"spec", "containers"});
    if (TextAt(pod->node, {"metadata", "labels", "component"}) != "kube-apiserver") continue;
    if (containers == nullptr) continue;
    is_seen = true;
    for (const yaml::Node& container : containers->AsSequence()) {
      for (const std::string_view field : {"command", "args"}) {
        const yaml::Node* const arguments = container.Find(field);
        if (arguments == nullptr) continue;
        for (const yaml::Node& argument : arguments->AsSequence()) {
          const std::string why = WhyOff(argument.AsString());
          if (!why.empty()) result.Add(pod->Title(), "it runs with " + why);
        }
      }
    }
  }
  if (is_seen) return result;
  const auto why = WhyUnseen(snapshot, "API server pods");
  return Skip(why.empty() ? "the API server's flags are not visible from inside the cluster" : why);
}

CheckResult CheckClock(const DoctorSnapshot& snapshot) {
  if (!snapshot.skew.has_value()) return Skip(WhyUnseen(snapshot, "clock"));
  // Certificates are dated back by more; Leases are judged by intervals.
  constexpr std::chrono::seconds kTolerance{30};
  const auto seconds = snapshot.skew->count();
  CheckResult result = Fine(std::to_string(seconds) + " s apart");
  if (std::chrono::abs(*snapshot.skew) > kTolerance) {
    result.Add("", "the API server's clock is " + std::to_string(std::llabs(seconds)) + " s " +
                       (seconds > 0 ? "ahead of" : "behind") + " the one here");
  }
  return result;
}

constexpr Check kVersion = {
    {"ApiServerVersion", Severity::kError, "The API server must know mutating webhooks.",
     "Upgrade Kubernetes, or inject by hand: sidecar-injector kube-inject."},
    &CheckVersion};
constexpr Check kAdmissionApi = {
    {"AdmissionApi", Severity::kError,
     "The API server must serve admissionregistration.k8s.io in v1 or v1beta1.",
     "Enable the API with the API server's flag --runtime-config."},
    &CheckAdmissionApi};
constexpr Check kAdmissionPlugin = {
    {"AdmissionPlugin", Severity::kError,
     "The API server's admission plugin MutatingAdmissionWebhook must be on.",
     "Remove it from --disable-admission-plugins, or add it to --admission-control."},
    &CheckAdmissionPlugin};
constexpr Check kClock = {
    {"ClockSkew", Severity::kWarning,
     "The clocks of this machine and of the API server should agree: a certificate is not valid "
     "before its time, and expiry is judged here by this clock.",
     "Run NTP on both; compare the injector's node too."},
    &CheckClock};

}  // namespace

std::vector<const Check*> ApiServerChecks() {
  return {&kVersion, &kAdmissionApi, &kAdmissionPlugin, &kClock};
}

}  // namespace sidecar::diagnose
