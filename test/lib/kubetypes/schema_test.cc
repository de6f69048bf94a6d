#include "lib/kubetypes/schema.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "lib/kubetypes/type_builder.h"

namespace sidecar::kubetypes {
namespace {

TEST(Schema, MakesEveryWorkloadType) {
  for (const char* const kind :
       {"CronJob", "DaemonSet", "Deployment", "DeploymentConfig", "Job", "List", "Pod",
        "ReplicaSet", "ReplicationController", "StatefulSet"}) {
    EXPECT_NE(WorkloadType(kind), nullptr) << kind;
  }
  EXPECT_EQ(WorkloadType("DeploymentList"), nullptr);
  EXPECT_EQ(SchemaType("core/v1.Nope"), nullptr);
}

TEST(Schema, TypesHaveGosNamesAndOrder) {
  const gotemplate::Type* const pod = SchemaType("core/v1.PodSpec");
  EXPECT_EQ(pod->name, "v1.PodSpec");
  EXPECT_EQ(pod->fields[0].name, "Volumes");
  EXPECT_EQ(pod->fields[0].type->name, "[]v1.Volume");
  EXPECT_EQ(pod->fields[1].name, "InitContainers");
  EXPECT_EQ(SchemaType("extensions/v1beta1.Deployment")->name, "v1beta1.Deployment");
  EXPECT_EQ(SchemaType("core/v1.PodSpec"), pod);
}

TEST(Schema, NewerFieldsFollowAndAreMarked) {
  const StructType& container = AsStructType(SchemaType("core/v1.Container"));
  ASSERT_NE(container.Find("restartPolicy"), nullptr);
  EXPECT_TRUE(container.Find("restartPolicy")->newer);
  EXPECT_FALSE(container.Find("image")->newer);
  const StructType& volume = AsStructType(SchemaType("core/v1.Volume"));
  EXPECT_TRUE(volume.Find("csi")->newer);
  EXPECT_FALSE(volume.Find("emptyDir")->newer);
  EXPECT_EQ(AsStructType(SchemaType("core/v1.SecurityContext")).Find("restartPolicy"), nullptr);
}

}  // namespace
}  // namespace sidecar::kubetypes
