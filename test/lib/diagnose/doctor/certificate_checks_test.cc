#include <gmock/gmock.h>

#include "lib/diagnose/doctor/groups.h"
#include "test/lib/diagnose/doctor/healthy.h"

namespace sidecar::diagnose {
namespace {

using testing::HasSubstr;

using std::chrono::hours;

TEST(CertificateChecksTest, ABundleMustBeThereAndReadable) {
  EXPECT_EQ(MessageOf(Healthy({{"caBundle: Q0E=", "caBundle: ''"}}), "CaBundleMissing"),
            "sidecar-injector.istio.io has no caBundle");
  DoctorSnapshot snapshot = Healthy();
  snapshot.bundle.clear();
  snapshot.bundle_problem = "no certificate";
  EXPECT_EQ(FoundIn(snapshot), "CaBundleMissing");
}

TEST(CertificateChecksTest, EachReplicaIsLookedAt) {
  DoctorSnapshot snapshot = Healthy();
  snapshot.served[1].refusal = "certificate signed by unknown authority";
  EXPECT_EQ(FoundIn(snapshot), "CaBundleMismatch");
  EXPECT_EQ(ReportOf(snapshot, "CaBundleMismatch").result.findings[0].object, "10.0.0.2:9443");
}

TEST(CertificateChecksTest, WhatCannotBeReachedIsSkippedNotWrong) {
  DoctorSnapshot snapshot = Healthy();
  for (ServedCertificate& served : snapshot.served) served.problem = "timed out";
  EXPECT_EQ(FoundIn(snapshot), "");
  EXPECT_EQ(MessageOf(snapshot, "CaBundleMismatch"),
            "skipped: no replica can be reached from here: 10.0.0.2:9443: timed out");
}

TEST(CertificateChecksTest, TheServicesNameMustBeInIt) {
  DoctorSnapshot snapshot = Healthy();
  snapshot.served[0].names = {"localhost"};
  EXPECT_EQ(MessageOf(snapshot, "CertificateNames"),
            "its certificate is valid for localhost, not for injector.istio-system.svc");
}

TEST(CertificateChecksTest, DatesAreJudgedByTheLifetime) {
  DoctorSnapshot snapshot = Healthy();
  snapshot.served[0].not_after = snapshot.now - hours(3);
  EXPECT_EQ(MessageOf(snapshot, "CertificateExpired"), "its certificate expired 3 hours ago");
  snapshot.served[0].not_after = snapshot.now + hours(24 * 3);
  EXPECT_EQ(FoundIn(snapshot), "CertificateExpiring");
  snapshot.served[0].not_before = snapshot.now + hours(1);
  EXPECT_THAT(MessageOf(snapshot, "CertificateExpired"), HasSubstr("becomes valid in 1 hours"));
}

TEST(CertificateChecksTest, TheLastAuthorityCounts) {
  DoctorSnapshot snapshot = Healthy();
  snapshot.bundle[0].not_after = snapshot.now + hours(24);
  EXPECT_EQ(FoundIn(snapshot), "CaExpiring");
  snapshot.bundle.push_back({"CN=new", snapshot.now + hours(24 * 100)});
  EXPECT_EQ(FoundIn(snapshot), "");
}

}  // namespace
}  // namespace sidecar::diagnose
