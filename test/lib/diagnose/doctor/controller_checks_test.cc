#include <gmock/gmock.h>

#include "lib/diagnose/doctor/groups.h"
#include "test/lib/diagnose/doctor/healthy.h"

namespace sidecar::diagnose {
namespace {

using testing::HasSubstr;

TEST(ControllerChecksTest, AMissingPermissionIsNamed) {
  DoctorSnapshot snapshot = Healthy();
  snapshot.access.push_back({"patch x", "mend it", false});
  EXPECT_EQ(MessageOf(snapshot, "PermissionMissing"), "it may not patch x, to mend it");
}

TEST(ControllerChecksTest, ALeaseGoesStale) {
  EXPECT_EQ(MessageOf(Healthy({{"13:46:35", "13:45:00"}}), "LeaseStale"),
            "its holder a renewed it 101 s ago, it is good for 15 s");
  EXPECT_EQ(MessageOf(Healthy({{"holderIdentity: a", "holderIdentity: ''"}}), "LeaseStale"),
            "nobody holds it");
  DoctorSnapshot snapshot = Healthy();
  snapshot.lease = "other";
  EXPECT_THAT(MessageOf(snapshot, "LeaseStale"), HasSubstr("skipped: "));
}

}  // namespace
}  // namespace sidecar::diagnose
