#include <gmock/gmock.h>

#include "lib/diagnose/doctor/groups.h"
#include "test/lib/diagnose/doctor/healthy.h"

namespace sidecar::diagnose {
namespace {

using testing::HasSubstr;

TEST(ProbeChecksTest, APodMustComeBackInjectedAndSoon) {
  DoctorSnapshot snapshot = Healthy();
  snapshot.probe->latency = std::chrono::seconds(3);
  EXPECT_EQ(MessageOf(snapshot, "ProbeSlow"), "a pod took 3000 ms to be created, as a dry run");
  snapshot.probe->injected.clear();
  EXPECT_THAT(MessageOf(snapshot, "ProbeNotInjected"), HasSubstr("came back without sidecar"));
  snapshot.probe->refusal = "failed calling webhook";
  EXPECT_THAT(MessageOf(snapshot, "ProbeNotInjected"), HasSubstr("failed calling webhook"));
  snapshot.probe.reset();
  snapshot.unseen.emplace("probe", "forbidden");
  EXPECT_EQ(MessageOf(snapshot, "ProbeNotInjected"), "skipped: forbidden");
}

}  // namespace
}  // namespace sidecar::diagnose
