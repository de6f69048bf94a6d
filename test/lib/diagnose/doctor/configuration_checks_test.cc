#include <gmock/gmock.h>

#include "lib/diagnose/doctor/groups.h"
#include "test/lib/diagnose/doctor/healthy.h"

namespace sidecar::diagnose {
namespace {

using testing::HasSubstr;

TEST(ConfigurationChecksTest, WhatIsMissing) {
  DoctorSnapshot snapshot = Healthy();
  snapshot.inject_config.reset();
  EXPECT_EQ(FoundIn(snapshot), "InjectionConfigMissing");
  DoctorSnapshot other = Healthy();
  other.mesh_config.reset();
  EXPECT_EQ(FoundIn(other), "MeshConfigMissing");
}

TEST(ConfigurationChecksTest, WhatDoesNotCompile) {
  DoctorSnapshot snapshot = Healthy();
  snapshot.inject_config = "policy: enabled\ntemplate: '{{ .Nothing'\n";
  EXPECT_THAT(FoundIn(snapshot), HasSubstr("InjectionConfigInvalid"));
  DoctorSnapshot other = Healthy();
  other.mesh_config = "mixerCheckServer: [1]";
  EXPECT_EQ(FoundIn(other), "MeshConfigInvalid");
}

TEST(ConfigurationChecksTest, WhatWillSurprise) {
  DoctorSnapshot snapshot = Healthy();
  *snapshot.inject_config += "extra: 1\n";
  EXPECT_EQ(FoundIn(snapshot), "InjectionConfigDoubtful");
}

}  // namespace
}  // namespace sidecar::diagnose
