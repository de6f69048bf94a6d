#include <charconv>
#include <ctime>
#include <optional>
#include <string>

#include "lib/diagnose/doctor/groups.h"

// Whether the controller can do its work, and does it.

namespace sidecar::diagnose {
namespace {

CheckResult CheckPermissions(const DoctorSnapshot& snapshot) {
  if (snapshot.access.empty()) {
    const auto why = WhyUnseen(snapshot, "permissions");
    return Skip(why.empty() ? "the injector's service account is not known" : why);
  }
  CheckResult result = Fine("ServiceAccount " + snapshot.service_account);
  for (const AccessAnswer& answer : snapshot.access) {
    if (answer.is_allowed) continue;
    result.Add("ServiceAccount/" + snapshot.service_account,
               "it may not " + answer.permission + ", to " + answer.purpose);
  }
  return result;
}

// Seconds since an RFC 3339 time, whatever its fraction, at `now`; nothing for another text.
std::optional<std::chrono::seconds> AgeOf(std::string_view text, WallTime now) {
  std::tm parts{};
  const std::string copy(text);
  if (strptime(copy.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr) return std::nullopt;
  const WallTime then = std::chrono::system_clock::from_time_t(timegm(&parts));
  return std::chrono::duration_cast<std::chrono::seconds>(now - then);
}

CheckResult CheckLease(const DoctorSnapshot& snapshot) {
  if (const auto why = WhyUnseen(snapshot, "Lease"); !why.empty()) return Skip(why);
  const Object* const lease =
      FindObject(snapshot, "Lease", snapshot.istio_namespace, snapshot.lease);
  if (lease == nullptr) return Skip("there is no Lease " + snapshot.lease + ": no election");
  const std::string_view holder = TextAt(lease->node, {"spec", "holderIdentity"});
  CheckResult result = Fine("held by " + std::string(holder));
  if (holder.empty()) {
    result.Add(lease->Title(), "nobody holds it");
    return result;
  }
  const yaml::Node* const duration = FindPath(lease->node, {"spec", "leaseDurationSeconds"});
  int seconds = 0;
  if (duration != nullptr) {
    const std::string text = duration->NumberText();
    std::from_chars(text.data(), text.data() + text.size(), seconds);
  }
  // The times in it are of the holder's clock, taken for the API server's.
  const WallTime now = snapshot.now + snapshot.skew.value_or(std::chrono::seconds(0));
  const auto age = AgeOf(TextAt(lease->node, {"spec", "renewTime"}), now);
  constexpr int kPatience = 2;
  if (seconds <= 0 || !age.has_value() || age->count() <= std::int64_t{seconds} * kPatience) {
    return result;
  }
  result.Add(lease->Title(), "its holder " + std::string(holder) + " renewed it " +
                                 std::to_string(age->count()) + " s ago, it is good for " +
                                 std::to_string(seconds) + " s");
  return result;
}

constexpr Check kPermissions = {
    {"PermissionMissing", Severity::kError,
     "The injector's service account must be allowed what the controller does.",
     "Apply config/rbac, or upgrade the Helm release."},
    &CheckPermissions};
constexpr Check kLease = {
    {"LeaseStale", Severity::kWarning,
     "A controller should hold the Lease: without a leader nobody renews certificates or mends the "
     "caBundle.",
     "See the logs of the replicas; compare their clocks."},
    &CheckLease};

}  // namespace

std::vector<const Check*> ControllerChecks() {
  return {&kPermissions, &kLease};
}

}  // namespace sidecar::diagnose
