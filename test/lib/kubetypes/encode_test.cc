#include "lib/kubetypes/encode.h"

#include <gtest/gtest.h>

#include "test/lib/kubetypes/typed_document.h"

namespace sidecar::kubetypes {
namespace {

TEST(Encode, WritesGosZeroFields) {
  struct Case {
    const char* type;
    const char* json;
  };
  for (const Case& each : {
           Case{"extensions/v1beta1.Deployment",
                R"({"metadata":{"creationTimestamp":null},"spec":{"strategy":{},"template":)"
                R"({"metadata":{"creationTimestamp":null},"spec":{"containers":null}}},)"
                R"("status":{}})"},
           Case{"extensions/v1beta1.DaemonSet",
                R"({"metadata":{"creationTimestamp":null},"spec":{"template":{"metadata":)"
                R"({"creationTimestamp":null},"spec":{"containers":null}},"updateStrategy":{}},)"
                R"("status":{"currentNumberScheduled":0,"desiredNumberScheduled":0,)"
                R"("numberMisscheduled":0,"numberReady":0}})"},
           Case{"core/v1.ReplicationController",
                R"({"metadata":{"creationTimestamp":null},"spec":{},"status":{"replicas":0}})"},
           Case{"batch/v1.Job",
                R"({"metadata":{"creationTimestamp":null},"spec":{"template":{"metadata":)"
                R"({"creationTimestamp":null},"spec":{"containers":null}}},"status":{}})"},
           Case{"openshift/apps/v1.DeploymentConfig",
                R"({"metadata":{"creationTimestamp":null},"spec":{"replicas":0,"strategy":)"
                R"({"resources":{}},"test":false,"triggers":null},"status":)"
                R"({"availableReplicas":0,"latestVersion":0,"observedGeneration":0,"replicas":0,)"
                R"("unavailableReplicas":0,"updatedReplicas":0}})"},
       }) {
    EXPECT_EQ(DecodeAndEncode(each.type, "{}"), each.json);
  }
}

TEST(Encode, CanonicalisesQuantities) {
  EXPECT_EQ(DecodeAndEncode("core/v1.ResourceRequirements",
                            R"({"limits":{"memory":"1024Mi","cpu":1},"requests":{"cpu":0.5}})"),
            R"({"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"500m"}})");
}

TEST(Encode, WritesPortsAsTheyWereGiven) {
  EXPECT_EQ(DecodeAndEncode("core/v1.HTTPGetAction", R"({"port":"http"})"), R"({"port":"http"})");
  EXPECT_EQ(DecodeAndEncode("core/v1.HTTPGetAction", R"({"port":80})"), R"({"port":80})");
}

TEST(Encode, WritesNewerFieldsOnlyWhereGiven) {
  EXPECT_EQ(DecodeAndEncode("core/v1.Container",
                            R"({"name":"a","startupProbe":{"grpc":{"port":5,"service":""}}})"),
            R"({"name":"a","resources":{},"startupProbe":{"grpc":{"port":5,"service":""}}})");
}

TEST(Encode, CanKeepGosOrder) {
  EXPECT_EQ(TypedDocument("core/v1.Container", R"({"image":"i","args":["b"],"name":"a"})")
                .Json({.go_order = true}),
            R"({"name":"a","image":"i","args":["b"],"resources":{}})");
}

TEST(Encode, GivesTimesBack) {
  EXPECT_EQ(
      DecodeAndEncode("meta/v1.ObjectMeta", R"({"creationTimestamp":"2018-01-19T01:06:17+01:00"})"),
      R"({"creationTimestamp":"2018-01-19T00:06:17Z"})");
}

TEST(Encode, PassesListItemsThrough) {
  EXPECT_EQ(DecodeAndEncode("meta/v1.List", R"({"items":[{"b":1,"a":[]}],"kind":"List"})"),
            R"({"items":[{"b":1,"a":[]}],"kind":"List","metadata":{}})");
}

}  // namespace
}  // namespace sidecar::kubetypes
