#include "lib/inject/workload.h"

#include "lib/inject/object_fields.h"
#include "test/lib/inject/pod_fixture.h"

namespace sidecar::inject {
namespace {

class WorkloadTest : public PodFixture {
 protected:
  Result<TypeMeta> Read(std::string_view text) {
    return ReadTypeMeta(*yaml::ParseYaml(text, arena_));
  }
};

TEST_F(WorkloadTest, ReadsTheTypeWhateverTheCaseOfItsKeys) {
  const Result<TypeMeta> type = Read("Kind: Job\nAPIVERSION: batch/v1\n");
  ASSERT_TRUE(type.has_value());
  EXPECT_EQ(type->kind, "Job");
  EXPECT_EQ(type->Group(), "batch");
  EXPECT_EQ(Read("null")->kind, "");
  EXPECT_EQ(Read("kind: [a]").error().message,
            "json: cannot unmarshal array into Go struct field TypeMeta.kind of type string");
  EXPECT_EQ(Read("5").error().message,
            "json: cannot unmarshal number into Go value of type v1.TypeMeta");
}

TEST_F(WorkloadTest, GoesByKindAndGroup) {
  EXPECT_EQ(Classify({"Deployment", "apps/v1"}), Injectability::kWorkload);
  EXPECT_EQ(Classify({"Deployment", "extensions/v1beta1"}), Injectability::kWorkload);
  EXPECT_EQ(Classify({"Deployment", ""}), Injectability::kWorkload);
  EXPECT_EQ(Classify({"Deployment", "example.com/v1"}), Injectability::kForeignGroup);
  EXPECT_EQ(Classify({"Job", "batch.volcano.sh/v1alpha1"}), Injectability::kForeignGroup);
  EXPECT_EQ(Classify({"DeploymentConfig", "v1"}), Injectability::kWorkload);
  EXPECT_EQ(Classify({"List", "v1"}), Injectability::kList);
  EXPECT_EQ(Classify({"Service", "v1"}), Injectability::kNothing);
}

TEST_F(WorkloadTest, FindsThePodOfACronJobWithTheMetadataThatIstioUses) {
  const gotemplate::Value job = Decode("CronJob", R"({spec: {jobTemplate: {
      metadata: {name: outer},
      spec: {template: {metadata: {name: inner}, spec: {hostNetwork: true}}}}}})");
  const Result<PodParts> pod = FindPod(job, "CronJob");
  ASSERT_TRUE(pod.has_value());
  EXPECT_EQ(TextField(pod->metadata, "Name"), "outer");
  EXPECT_TRUE(BoolField(pod->spec, "HostNetwork"));
}

TEST_F(WorkloadTest, AMissingPodTemplateIsAnError) {
  EXPECT_EQ(FindPod(Decode("ReplicationController", "{}"), "ReplicationController").error().message,
            "spec.template is required value");
}

}  // namespace
}  // namespace sidecar::inject
