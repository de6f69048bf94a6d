#include <gmock/gmock.h>

#include "lib/diagnose/doctor/groups.h"
#include "test/lib/diagnose/doctor/healthy.h"

namespace sidecar::diagnose {
namespace {

using testing::HasSubstr;

TEST(PlatformChecksTest, AksWantsALabel) {
  EXPECT_EQ(FoundIn(Healthy({{"kind://a", "azure:///a"}})), "AksAdmissionEnforcer");
  for (const std::string_view field : {"labels", "annotations"}) {
    const std::string metadata = "metadata: {name: injector, " + std::string(field) +
                                 ": {admissions.enforcer/disabled: 'true'}}";
    EXPECT_EQ(
        FoundIn(Healthy({{"kind://a", "azure:///a"}, {"metadata: {name: injector}", metadata}})),
        "");
  }
}

TEST(PlatformChecksTest, PrivateGkeClustersHaveAFirewall) {
  EXPECT_THAT(MessageOf(Healthy({{"kind://a", "gce://a"}}), "GkePrivateCluster"),
              HasSubstr("listen on 9443"));
  EXPECT_EQ(FoundIn(Healthy({{"kind://a", "gce://a"}, {"9443", "10250"}})), "");
  EXPECT_EQ(FoundIn(Healthy({{"kind://a", "gce://a"}, {"InternalIP", "ExternalIP"}})), "");
}

}  // namespace
}  // namespace sidecar::diagnose
