#include "lib/inject/plan.h"

#include <gmock/gmock.h>

#include "lib/inject/object_fields.h"
#include "test/lib/inject/pod_fixture.h"

namespace sidecar::inject {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PlanTest : public PodFixture {
 protected:
  static std::vector<std::string> Names(const PodParts& pod, std::string_view list) {
    std::vector<std::string> names;
    for (const gotemplate::Value& each : ListField(pod.spec, list)) {
      names.emplace_back(TextField(each, "Name"));
    }
    return names;
  }
};

TEST_F(PlanTest, FindsWhatAnEarlierInjectionAdded) {
  const PodParts pod =
      Pod("{spec: {containers: [{name: p}, {name: app}, {name: p}], volumes: [{name: v}]}}");
  Status status;
  status.containers = {"p"};
  status.volumes = {"gone"};
  const auto found = FindInjected(pod.spec, status);
  EXPECT_THAT(found[1], ElementsAre(0, 2));
  EXPECT_THAT(found[2], IsEmpty());
}

TEST_F(PlanTest, ReplacesInPlaceAndAppendsTheRest) {
  const PodParts pod = Pod("{spec: {containers: [{name: a}, {name: p}, {name: old}, {name: b}]}}");
  const PodParts added = Pod("{spec: {containers: [{name: new}, {name: p, image: i}]}}");
  Plan plan;
  plan.list(PodList::kContainers).remove = {1, 2};
  plan.list(PodList::kContainers).add = ListField(added.spec, "Containers");
  plan.status = "s";
  Apply(plan, pod, arena_);
  EXPECT_THAT(Names(pod, "Containers"), ElementsAre("a", "p", "b", "new"));
  EXPECT_EQ(TextField(ListField(pod.spec, "Containers")[1], "Image"), "i");
  EXPECT_EQ(FindAnnotation(pod, "sidecar.istio.io/status"), "s");
}

TEST_F(PlanTest, OnlyAnAnnotationTellsOfAnEarlierInjection) {
  EXPECT_FALSE(FindPreviousStatus(Pod("{spec: {containers: [{name: istio-proxy}]}}")).has_value());
  const auto listed = FindPreviousStatus(Pod(R"({metadata: {annotations:
      {sidecar.istio.io/status: '{"containers":["x"]}'}}})"));
  ASSERT_TRUE(listed.has_value());
  EXPECT_THAT(listed->containers, ElementsAre("x"));
  const auto legacy = FindPreviousStatus(Pod(R"({metadata: {annotations:
      {sidecar.istio.io/status: injected-version-0.4}}})"));
  ASSERT_TRUE(legacy.has_value());
  EXPECT_THAT(legacy->volumes, ElementsAre("istio-certs", "istio-envoy"));
}

}  // namespace
}  // namespace sidecar::inject
