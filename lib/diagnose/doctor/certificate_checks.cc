#include <algorithm>
#include <string>

#include "lib/diagnose/doctor/groups.h"

// Whether the API server trusts the injector, and for how long.

namespace sidecar::diagnose {
namespace {

using std::chrono::hours;

std::string In(std::chrono::system_clock::duration left) {
  constexpr int kHoursPerDay = 24;
  const auto whole = std::chrono::duration_cast<hours>(left).count();
  if (whole >= 2L * kHoursPerDay) return std::to_string(whole / kHoursPerDay) + " days";
  return std::to_string(whole) + " hours";
}

// Runs `check` on each certificate that was seen.
template <class F>
CheckResult ForEachServed(const DoctorSnapshot& snapshot, F check) {
  CheckResult result;
  std::size_t seen = 0;
  std::string problem;
  for (const ServedCertificate& served : snapshot.served) {
    if (!served.problem.empty()) {
      problem = served.address + ": " + served.problem;
      continue;
    }
    ++seen;
    check(served, result);
  }
  if (seen == 0) {
    const auto why = WhyUnseen(snapshot, "certificates");
    if (!problem.empty()) return Skip("no replica can be reached from here: " + problem);
    return Skip(why.empty() ? "no replica is ready" : why);
  }
  result.detail = std::to_string(seen) + " of " + std::to_string(snapshot.served.size()) +
                  " replicas looked at";
  return result;
}

CheckResult CheckBundle(const DoctorSnapshot& snapshot) {
  const std::vector<WebhookRef> webhooks = InjectorWebhooks(snapshot);
  if (webhooks.empty()) return Skip("no webhook configuration leads to the injector");
  CheckResult result = Fine(std::to_string(snapshot.bundle.size()) + " certificates");
  for (const WebhookRef& webhook : webhooks) {
    if (webhook.view.ca_bundle.empty()) {
      result.Add(webhook.Title(), webhook.view.name + " has no caBundle");
    }
  }
  if (result.findings.empty() && !snapshot.bundle_problem.empty()) {
    result.Add(webhooks.front().Title(), "its caBundle is unusable: " + snapshot.bundle_problem);
  }
  return result;
}

CheckResult CheckMatch(const DoctorSnapshot& snapshot) {
  if (snapshot.bundle.empty()) return Skip("there is no usable caBundle");
  return ForEachServed(snapshot, [](const ServedCertificate& served, CheckResult& result) {
    if (!served.refusal.empty()) result.Add(served.address, served.refusal);
  });
}

CheckResult CheckNames(const DoctorSnapshot& snapshot) {
  const std::vector<WebhookRef> webhooks = InjectorWebhooks(snapshot);
  if (webhooks.empty() || webhooks.front().view.service_name.empty()) {
    return Skip("no webhook calls the injector by a Service");
  }
  const WebhookView& view = webhooks.front().view;
  const std::string name = view.service_name + '.' + view.service_namespace + ".svc";
  return ForEachServed(snapshot, [&](const ServedCertificate& served, CheckResult& result) {
    if (std::find(served.names.begin(), served.names.end(), name) != served.names.end()) return;
    std::string names;
    for (const std::string& one : served.names) names += (names.empty() ? "" : ", ") + one;
    result.Add(served.address, "its certificate is valid for " +
                                   (names.empty() ? "no name" : names) + ", not for " + name);
  });
}

CheckResult CheckExpired(const DoctorSnapshot& snapshot) {
  return ForEachServed(snapshot, [&](const ServedCertificate& served, CheckResult& result) {
    if (served.not_after <= snapshot.now) {
      result.Add(served.address,
                 "its certificate expired " + In(snapshot.now - served.not_after) + " ago");
    } else if (served.not_before > snapshot.now) {
      result.Add(served.address, "its certificate becomes valid in " +
                                     In(served.not_before - snapshot.now) + " only");
    }
  });
}

CheckResult CheckExpiring(const DoctorSnapshot& snapshot) {
  // Renewal begins at two thirds of the lifetime: of less than a fifth, something is wrong.
  constexpr int kShare = 5;
  return ForEachServed(snapshot, [&](const ServedCertificate& served, CheckResult& result) {
    const auto left = served.not_after - snapshot.now;
    const auto lifetime = served.not_after - served.not_before;
    if (left <= left.zero() || left >= lifetime / kShare) return;
    result.Add(served.address, "its certificate, made for " + In(lifetime) + ", expires in " +
                                   In(left) + " and should have been renewed");
  });
}

CheckResult CheckAuthority(const DoctorSnapshot& snapshot) {
  if (snapshot.bundle.empty()) return Skip("there is no usable caBundle");
  CheckResult result;
  // An authority that is gone does not matter beside one that is there.
  constexpr hours kSoon{24 * 14};
  const auto last =
      std::max_element(snapshot.bundle.begin(), snapshot.bundle.end(),
                       [](const auto& a, const auto& b) { return a.not_after < b.not_after; });
  const auto left = last->not_after - snapshot.now;
  result.detail = In(left) + " left";
  if (left < kSoon) {
    result.Add("", "the authority " + last->subject +
                       (left <= left.zero() ? " has expired" : " expires in " + In(left)));
  }
  return result;
}

constexpr Check kBundle = {
    {"CaBundleMissing", Severity::kError, "The webhook needs a caBundle that can be read.",
     "The controller fills it in: see its log for why not (it needs to patch the configuration), "
     "or "
     "run patch-ca-bundle."},
    &CheckBundle};
constexpr Check kMatch = {
    {"CaBundleMismatch", Severity::kError,
     "The API server must trust, by the caBundle, the certificate that each replica serves.",
     "The controller mends it within a minute; if not, see its log. Where something else writes "
     "the "
     "caBundle (cert-manager, GitOps), leave that to one of both."},
    &CheckMatch};
constexpr Check kNames = {
    {"CertificateNames", Severity::kError,
     "The certificate must be valid for SERVICE.NAMESPACE.svc.",
     "Start the controller with the --service that the webhook calls; of a certificate from files, "
     "correct its subject alternative names."},
    &CheckNames};
constexpr Check kExpired = {
    {"CertificateExpired", Severity::kError, "The certificate must be valid now.",
     "See the controller's log for why it was not renewed; delete the Secret to have a new one "
     "made; "
     "check the clocks."},
    &CheckExpired};
constexpr Check kExpiring = {
    {"CertificateExpiring", Severity::kWarning,
     "A certificate should be renewed before the last fifth of its lifetime.",
     "See the controller's log for why it was not renewed."},
    &CheckExpiring};
constexpr Check kAuthority = {{"CaExpiring", Severity::kWarning,
                               "The authority in the caBundle should last for two more weeks.",
                               "The controller replaces its own; of another, renew it and put old "
                               "and new into the caBundle."},
                              &CheckAuthority};

}  // namespace

std::vector<const Check*> CertificateChecks() {
  return {&kBundle, &kMatch, &kNames, &kExpired, &kExpiring, &kAuthority};
}

}  // namespace sidecar::diagnose
