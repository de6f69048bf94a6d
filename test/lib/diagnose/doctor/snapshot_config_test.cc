#include "lib/diagnose/doctor/snapshot_config.h"

#include <gmock/gmock.h>

#include "test/lib/diagnose/doctor/healthy.h"

namespace sidecar::diagnose {
namespace {

using testing::HasSubstr;

TEST(SnapshotConfigTest, WithoutMeshConfigurationTheDefaultsCount) {
  DoctorSnapshot snapshot = Healthy();
  snapshot.mesh_config.reset();
  EXPECT_TRUE(ReadMesh(snapshot).has_value());
  snapshot.mesh_config = "mixerCheckServer: [1]";
  const auto mesh = ReadMesh(snapshot);
  ASSERT_FALSE(mesh.has_value());
  EXPECT_THAT(mesh.error().message, HasSubstr("convert to proto"));
  EXPECT_TRUE(LintInjection(snapshot).empty());
}

}  // namespace
}  // namespace sidecar::diagnose
