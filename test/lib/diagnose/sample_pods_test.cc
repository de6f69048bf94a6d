#include "lib/diagnose/sample_pods.h"

#include "lib/diagnose/pod_template.h"
#include "test/lib/diagnose/objects.h"

namespace sidecar::diagnose {
namespace {

TEST(SamplePodsTest, EveryOneIsAPod) {
  EXPECT_GT(SamplePods().size(), 2U);
  for (const SamplePod& sample : SamplePods()) {
    ObjectSet set;
    AddFile(set, sample.yaml);
    ASSERT_EQ(set.objects().size(), 1U);
    const auto pod = FindPodTemplate(set.objects()[0]);
    ASSERT_TRUE(pod.has_value()) << sample.title;
    EXPECT_FALSE(ContainersOf(*pod).empty()) << sample.title;
  }
}

}  // namespace
}  // namespace sidecar::diagnose
