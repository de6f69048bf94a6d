#include "lib/inject/object_fields.h"

#include "test/lib/inject/pod_fixture.h"

namespace sidecar::inject {
namespace {

class ObjectFieldsTest : public PodFixture {};

TEST_F(ObjectFieldsTest, FindsFieldsByGoName) {
  const PodParts pod = Pod("{metadata: {name: a}, spec: {hostNetwork: true, containers: [{}]}}");
  EXPECT_EQ(TextField(pod.metadata, "Name"), "a");
  EXPECT_TRUE(BoolField(pod.spec, "HostNetwork"));
  EXPECT_EQ(ListField(pod.spec, "Containers").size(), 1U);
}

TEST_F(ObjectFieldsTest, WhatIsMissingOrOfAnotherKindIsEmpty) {
  const PodParts pod = Pod("{}");
  EXPECT_EQ(FieldSlot(pod.spec, "Nope"), nullptr);
  EXPECT_EQ(TextField(pod.spec, "HostNetwork"), "");
  EXPECT_FALSE(BoolField(pod.metadata, "Name"));
  EXPECT_TRUE(ListField(pod.metadata, "Name").empty());
  EXPECT_FALSE(StructIn(nullptr).IsValid());
  EXPECT_FALSE(StructIn(FieldSlot(pod.spec, "SecurityContext")).IsValid());
}

}  // namespace
}  // namespace sidecar::inject
