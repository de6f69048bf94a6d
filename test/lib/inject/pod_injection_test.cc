#include "lib/inject/pod_injection.h"

#include <gmock/gmock.h>

#include "lib/inject/object_fields.h"
#include "test/lib/inject/pod_fixture.h"

namespace sidecar::inject {
namespace {

using testing::ElementsAre;

class PodInjectionTest : public PodFixture {};

TEST_F(PodInjectionTest, TheTemplateDoesNotSeeAnEarlierInjection) {
  Renderer renderer(Compile("containers:\n- name: p\n  args: [\"{{ len .Spec.Containers }}\", "
                            "\"{{ len .ObjectMeta.Annotations }}\"]\n"),
                    Mesh());
  const PodParts pod = Pod(R"({metadata: {annotations: {sidecar.istio.io/status:
      '{"containers":["p"]}'}}, spec: {containers: [{name: a}, {name: p}]}})");
  const Result<PodInjection> injection =
      PlanInjection(pod, FindPreviousStatus(pod), renderer, arena_);
  ASSERT_TRUE(injection.has_value()) << injection.error().message;
  const ListPlan& containers = injection->plan.list(PodList::kContainers);
  EXPECT_THAT(containers.remove, ElementsAre(1));
  ASSERT_EQ(containers.add.size(), 1U);
  EXPECT_EQ(ListField(containers.add[0], "Args")[0].AsString(), "1");
  EXPECT_EQ(ListField(containers.add[0], "Args")[1].AsString(), "0");
  // The pod itself is as it was.
  EXPECT_EQ(ListField(pod.spec, "Containers").size(), 2U);
  EXPECT_TRUE(FindAnnotation(pod, "sidecar.istio.io/status").has_value());
}

TEST_F(PodInjectionTest, FailuresSayTheirReason) {
  Renderer renderer(Compile("[[ .Nope ]]", Compat::k0_8), Mesh());
  Reason reason = Reason::kInjected;
  const PodParts bad =
      Pod("{metadata: {annotations: {traffic.sidecar.istio.io/includeInboundPorts: bad}}}");
  EXPECT_FALSE(
      PlanInjection(bad, std::nullopt, renderer, arena_, {.reason = &reason, .is_late = {}})
          .has_value());
  EXPECT_EQ(reason, Reason::kInvalidAnnotation);
  EXPECT_EQ(
      PlanInjection(Pod("{}"), std::nullopt, renderer, arena_, {.reason = &reason, .is_late = {}})
          .error()
          .message,
      "template: inject:1:3: executing \"inject\" at <.Nope>: can't evaluate field Nope in "
      "type *inject.SidecarTemplateData");
  EXPECT_EQ(reason, Reason::kTemplateError);
}

TEST_F(PodInjectionTest, ATemplateThatTakesTooLongIsStopped) {
  Renderer renderer(Compile("[[ range 900000 ]][[ end ]]", Compat::k0_8), Mesh());
  Reason reason = Reason::kInjected;
  int looks = 0;
  const auto planned =
      PlanInjection(Pod("{}"), std::nullopt, renderer, arena_,
                    {.reason = &reason, .is_late = [&looks] { return ++looks == 3; }});
  ASSERT_FALSE(planned.has_value());
  EXPECT_EQ(planned.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_THAT(planned.error().message, testing::EndsWith(": out of time"));
  EXPECT_EQ(reason, Reason::kOutOfTime);
  EXPECT_EQ(looks, 3);
}

}  // namespace
}  // namespace sidecar::inject
