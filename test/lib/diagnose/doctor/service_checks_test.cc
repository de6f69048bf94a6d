#include <gmock/gmock.h>

#include "lib/diagnose/doctor/groups.h"
#include "test/lib/diagnose/doctor/healthy.h"

namespace sidecar::diagnose {
namespace {

using testing::HasSubstr;

TEST(ServiceChecksTest, TheServiceMustBeThereWithItsPort) {
  EXPECT_EQ(FoundIn(Healthy({{"kind: Service\nmetadata: {name: injector",
                              "kind: Service\nmetadata: {name: renamed"}})),
            "ServiceMissing");
  EXPECT_EQ(MessageOf(Healthy({{"spec: {ports: [{port: 443}]}", "spec: {ports: [{port: 8443}]}"}}),
                      "ServicePort"),
            "sidecar-injector.istio.io calls its port 443, it has 8443");
}

TEST(ServiceChecksTest, AReplicaMustBeReady) {
  EXPECT_EQ(MessageOf(Healthy({{"- addresses: [{ip: 10.0.0.1}, {ip: 10.0.0.2}]",
                                "- notReadyAddresses: [{ip: 10.0.0.1}]"}}),
                      "NoReadyReplica"),
            "no replica is ready, 1 are not ready");
}

TEST(ServiceChecksTest, OneOfTwoIsNotEnough) {
  const DoctorSnapshot snapshot =
      Healthy({{"- addresses: [{ip: 10.0.0.1}, {ip: 10.0.0.2}]",
                "- addresses: [{ip: 10.0.0.1}]\n  notReadyAddresses: [{ip: 10.0.0.2, targetRef: "
                "{kind: Pod, name: injector-x}}]"}});
  EXPECT_EQ(FoundIn(snapshot), "ReplicaNotReady SingleReplica");
  EXPECT_EQ(MessageOf(snapshot, "ReplicaNotReady"), "the replica injector-x is not ready");
}

}  // namespace
}  // namespace sidecar::diagnose
