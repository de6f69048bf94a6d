#include "lib/inject/rendered.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sidecar::inject {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(RenderedTest, DecodesListsAndNamesThem) {
  const auto rendered = Rendered::Decode(
      "initContainers: [{name: i}]\ncontainers: [{name: c, args: [1, yes]}]\n"
      "volumes: [{name: v}]\nimagePullSecrets: [{name: s}]\n",
      {}, {.version = "1", .compat = Compat::k0_8});
  ASSERT_TRUE(rendered.has_value()) << rendered.error().message;
  EXPECT_EQ((*rendered)->list(PodList::kContainers).size(), 1U);
  EXPECT_THAT((*rendered)->status().init_containers, ElementsAre("i"));
  EXPECT_THAT((*rendered)->status().image_pull_secrets, ElementsAre("s"));
  EXPECT_EQ((*rendered)->annotation(),
            R"({"version":"1","initContainers":["i"],"containers":["c"],"volumes":["v"],)"
            R"("imagePullSecrets":["s"]})");
  EXPECT_THAT((*rendered)->warnings(), IsEmpty());
}

TEST(RenderedTest, ErrorsNameThePlace) {
  EXPECT_THAT(Rendered::Decode("containers: [{name: c, args: [{a: b}]}]", {}, {}).error().message,
              HasSubstr("line 1: Containers[0].args[0]: json: cannot unmarshal object"));
  EXPECT_THAT(Rendered::Decode("a: [", {}, {}).error().message,
              HasSubstr("rendered template: yaml: "));
}

TEST(RenderedTest, AnEmptyTextIsAnEmptySpec) {
  const auto rendered = Rendered::Decode("", {}, {});
  ASSERT_TRUE(rendered.has_value());
  EXPECT_TRUE((*rendered)->status().NamesNothing());
}

}  // namespace
}  // namespace sidecar::inject
