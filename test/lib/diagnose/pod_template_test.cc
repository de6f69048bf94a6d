#include "lib/diagnose/pod_template.h"

#include "test/lib/diagnose/objects.h"

namespace sidecar::diagnose {
namespace {

TEST(PodTemplateTest, IsFoundInEveryWorkload) {
  ObjectSet set;
  AddFile(set, R"({apiVersion: v1, kind: Pod, metadata: {labels: {app: a}}, spec: {}}
---
{apiVersion: apps/v1, kind: Deployment, spec: {template: {metadata: {labels: {app: b}}, spec: {}}}}
---
{apiVersion: batch/v1, kind: Job, spec: {template: {spec: {}}}}
---
{apiVersion: batch/v1, kind: CronJob, spec: {jobTemplate: {spec: {template: {spec: {}}}}}}
)");
  ASSERT_EQ(set.objects().size(), 4U);
  const auto pod = FindPodTemplate(set.objects()[0]);
  EXPECT_TRUE(pod->is_pod);
  EXPECT_FALSE(pod->is_running);
  EXPECT_EQ(pod->labels.at("app"), "a");
  const auto deployment = FindPodTemplate(set.objects()[1]);
  EXPECT_EQ(deployment->spec_path, "spec.template.spec");
  EXPECT_EQ(deployment->labels.at("app"), "b");
  EXPECT_FALSE(deployment->runs_to_completion);
  EXPECT_TRUE(FindPodTemplate(set.objects()[2])->runs_to_completion);
  EXPECT_TRUE(FindPodTemplate(set.objects()[3])->runs_to_completion);
}

TEST(PodTemplateTest, IsNotFoundElsewhere) {
  ObjectSet set;
  AddFile(set, R"({apiVersion: v1, kind: Service, spec: {}}
---
{apiVersion: example.com/v1, kind: Deployment, spec: {template: {spec: {}}}}
---
{apiVersion: apps/v1, kind: Deployment, spec: {}}
)");
  for (const Object& object : set.objects()) EXPECT_FALSE(FindPodTemplate(object).has_value());
}

TEST(PodTemplateTest, AnOwnedPodOfAClusterIsRunning) {
  ObjectSet set;
  AddFile(set, R"(apiVersion: v1
kind: Pod
metadata:
  uid: "1"
  ownerReferences: [{kind: ReplicaSet, name: web-1, controller: true}]
spec: {}
status: {phase: Running}
)");
  const auto pod = FindPodTemplate(set.objects()[0]);
  EXPECT_TRUE(pod->is_owned);
  EXPECT_TRUE(pod->is_running);
}

TEST(PodTemplateTest, TheSidecarIsKnownByItsAnnotationOrContainer) {
  ObjectSet set;
  AddFile(set, R"({kind: Pod, spec: {containers: [{name: istio-proxy}]}}
---
{kind: Pod, metadata: {annotations: {sidecar.istio.io/status: "{}"}}, spec: {containers: [{name: a}]}}
---
{kind: Pod, spec: {containers: [{name: a}]}}
)");
  EXPECT_TRUE(HasSidecar(*FindPodTemplate(set.objects()[0]), "istio-proxy"));
  EXPECT_TRUE(HasSidecar(*FindPodTemplate(set.objects()[1]), "istio-proxy"));
  EXPECT_FALSE(HasSidecar(*FindPodTemplate(set.objects()[2]), "istio-proxy"));
}

TEST(PodTemplateTest, TellsTheFactsOfTheDecision) {
  ObjectSet set("shop");
  AddFile(set, R"(kind: Pod
metadata: {annotations: {sidecar.istio.io/inject: "false", kubernetes.io/config.mirror: x}}
spec: {hostNetwork: true, initContainers: [{name: i}], containers: [{name: a}]}
)");
  const auto pod = FindPodTemplate(set.objects()[0]);
  const inject::PodFacts facts = FactsOf(*pod);
  EXPECT_TRUE(facts.host_network);
  EXPECT_TRUE(facts.is_mirror);
  EXPECT_EQ(facts.inject_annotation, "false");
  EXPECT_EQ(facts.namespace_name, "shop");
  const auto containers = ContainersOf(*pod);
  ASSERT_EQ(containers.size(), 2U);
  EXPECT_EQ(containers[0].path, "spec.initContainers[0]");
  EXPECT_TRUE(containers[0].is_init);
  EXPECT_EQ(containers[1].path, "spec.containers[0]");
}

}  // namespace
}  // namespace sidecar::diagnose
