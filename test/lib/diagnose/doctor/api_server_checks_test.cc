#include <gmock/gmock.h>

#include "lib/diagnose/doctor/groups.h"
#include "test/lib/diagnose/doctor/healthy.h"

namespace sidecar::diagnose {
namespace {

using testing::HasSubstr;

TEST(ApiServerChecksTest, AnOldServerHasNoMutatingWebhooks) {
  DoctorSnapshot snapshot = Healthy();
  snapshot.server_version = "v1.8.4-gke.1";
  EXPECT_EQ(FoundIn(snapshot), "ApiServerVersion");
  snapshot.server_version = "v1.9.0";
  EXPECT_EQ(FoundIn(snapshot), "");
}

TEST(ApiServerChecksTest, TheAdmissionApiMustBeServed) {
  DoctorSnapshot snapshot = Healthy();
  snapshot.admission_versions = {"v2"};
  EXPECT_EQ(FoundIn(snapshot), "AdmissionApi");
}

TEST(ApiServerChecksTest, AFlagOfTheApiServerTurnsThePluginOff) {
  constexpr std::string_view kFlag = "--enable-admission-plugins=NodeRestriction";
  EXPECT_EQ(
      FoundIn(Healthy({{kFlag, "\"--disable-admission-plugins=A,MutatingAdmissionWebhook\""}})),
      "AdmissionPlugin");
  EXPECT_EQ(FoundIn(Healthy({{kFlag, "--admission-control=NodeRestriction"}})), "AdmissionPlugin");
  EXPECT_EQ(FoundIn(Healthy({{kFlag, "--disable-admission-plugins=Other"}})), "");
  EXPECT_THAT(MessageOf(Healthy({{"component: kube-apiserver", "a: b"}}), "AdmissionPlugin"),
              HasSubstr("skipped: "));
}

TEST(ApiServerChecksTest, ClocksMayDifferALittle) {
  DoctorSnapshot snapshot = Healthy();
  snapshot.skew = std::chrono::seconds(-120);
  EXPECT_EQ(MessageOf(snapshot, "ClockSkew"),
            "the API server's clock is 120 s behind the one here");
  snapshot.skew = std::chrono::seconds(20);
  EXPECT_EQ(FoundIn(snapshot), "");
}

}  // namespace
}  // namespace sidecar::diagnose
