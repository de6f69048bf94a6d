#include "lib/inject/patch.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "lib/yaml/base64.h"
#include "lib/yaml/json.h"
#include "test/lib/inject/pod_fixture.h"

namespace sidecar::inject {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kTemplate = R"(
initContainers:
- name: init
containers:
- name: proxy
  image: proxy
volumes:
- name: v1
- name: v2
  emptyDir: {medium: Memory}
imagePullSecrets:
- name: secret
)";

class PatchTest : public PodFixture {
 protected:
  Result<std::string> Patch(std::string_view pod, Compat compat = Compat::k0_8) {
    const Result<yaml::Node> node = yaml::ParseJson(pod, arena_);
    EXPECT_TRUE(node.has_value()) << node.error().message;
    const gotemplate::Value value =
        *kubetypes::Decode(*node, kubetypes::WorkloadType("Pod"), arena_, {.yaml = false});
    const PodParts parts = *FindPod(value, "Pod");
    Renderer renderer(Compile(std::string(kTemplate), compat), Mesh(), Rendered::Use::kPatch);
    const Result<PodInjection> injection =
        PlanInjection(parts, PreviousStatusForPatch(parts), renderer, arena_);
    EXPECT_TRUE(injection.has_value()) << injection.error().message;
    return MakePatch(*node, *injection, compat);
  }

  // "op path" of every operation.
  static std::vector<std::string> Outline(const Result<std::string>& patch) {
    std::vector<std::string> outline;
    for (const json& operation : json::parse(patch.value())) {
      outline.push_back(operation.at("op").get<std::string>() + ' ' +
                        operation.at("path").get<std::string>());
    }
    return outline;
  }

  // The patched pod; throws where the patch does not apply to what an API server makes of the pod.
  json Patched(std::string_view pod, Compat compat = Compat::k0_8) {
    json encoded = json::parse(pod);
    for (const char* const key : {"metadata", "spec"}) {
      if (encoded[key].is_null()) encoded[key] = json::object();
    }
    return encoded.patch(json::parse(Patch(pod, compat).value()));
  }

  static std::vector<std::string> Names(const json& list) {
    std::vector<std::string> names;
    for (const json& element : list) names.push_back(element.at("name"));
    return names;
  }
};

TEST_F(PatchTest, WhatIsAddedToAnAbsentOrEmptyListBeginsIt) {
  EXPECT_THAT(
      Outline(Patch(R"({"metadata":{"annotations":{}},"spec":{"containers":[],"volumes":null}})")),
      ElementsAre("add /spec/initContainers", "add /spec/containers", "add /spec/volumes",
                  "add /spec/volumes/-", "add /spec/imagePullSecrets",
                  "add /metadata/annotations/sidecar.istio.io~1status"));
  EXPECT_THAT(Outline(Patch(R"({"metadata":{},"spec":{"containers":[{"name":"a"}],"volumes":[{}],
                        "initContainers":[{}],"imagePullSecrets":[{}]}})")),
              ElementsAre("add /spec/initContainers/-", "add /spec/containers/-",
                          "add /spec/volumes/-", "add /spec/volumes/-",
                          "add /spec/imagePullSecrets/-", "add /metadata/annotations"));
}

TEST_F(PatchTest, RemovesFromTheHighestIndexAndAddsAsIfNothingWereRemoved) {
  EXPECT_THAT(Outline(Patch(R"({"metadata":{"annotations":{"sidecar.istio.io/status":
              "{\"containers\":[\"p\",\"q\"],\"imagePullSecrets\":[\"s\"]}"}},
              "spec":{"containers":[{"name":"p"},{"name":"a"},{"name":"q"}],
                      "imagePullSecrets":[{"name":"s"}]}})")),
              ElementsAre("remove /spec/containers/2", "remove /spec/containers/0",
                          "remove /spec/imagePullSecrets/0", "add /spec/initContainers",
                          "add /spec/containers/-", "add /spec/volumes", "add /spec/volumes/-",
                          "add /spec/imagePullSecrets/-",
                          "replace /metadata/annotations/sidecar.istio.io~1status"));
}

TEST_F(PatchTest, ReleasesDiffer) {
  constexpr std::string_view kPod = R"({"metadata":{"annotations":{}},
      "spec":{"volumes":[{"name":"istio-certs"}]}})";
  EXPECT_THAT(Patch(kPod, Compat::k0_5_1).value(),
              HasSubstr(R"([{"op":"remove","path":"/spec/volumes/0","value":null},)"));
  EXPECT_THAT(Patch(kPod, Compat::k0_6).value(),
              HasSubstr(R"([{"op":"remove","path":"/spec/volumes/0"},)"));
  EXPECT_FALSE(Patched(kPod, Compat::k0_7).at("spec").contains("imagePullSecrets"));
  EXPECT_TRUE(Patched(kPod, Compat::k1_0).at("spec").contains("imagePullSecrets"));
}

TEST_F(PatchTest, WhatIsAddedHasTheDefaultsOfTheApiServer) {
  EXPECT_THAT(
      Patch("{}").value(),
      HasSubstr(R"({"op":"add","path":"/spec/containers","value":[{"name":"proxy","image":"proxy",)"
                R"("resources":{},"terminationMessagePath":"/dev/termination-log",)"
                R"("terminationMessagePolicy":"File","imagePullPolicy":"Always"}]})"));
  EXPECT_EQ(Patched("{}").at("spec").at("volumes").at(0),
            json::parse(R"({"name":"v1","emptyDir":{}})"));
}

TEST_F(PatchTest, AppliesToPodsThatLackParents) {
  for (const std::string_view pod :
       {R"({})", R"({"metadata":null,"spec":null})", R"({"metadata":{"annotations":null}})",
        R"({"metadata":{"annotations":{"sidecar.istio.io/status":""}},"spec":{}})"}) {
    const json patched = Patched(pod);
    EXPECT_THAT(Names(patched.at("spec").at("containers")), ElementsAre("proxy")) << pod;
    EXPECT_TRUE(patched.at("metadata").at("annotations").contains("sidecar.istio.io/status"))
        << pod;
  }
}

TEST_F(PatchTest, AnEncodedPatchIsThatOfThePodsShape) {
  Renderer renderer(Compile(std::string(kTemplate), Compat::k0_8), Mesh(), Rendered::Use::kPatch);
  for (int pass = 0; pass < 2; ++pass) {
    for (const std::string_view pod :
         {R"({"metadata":{},"spec":{"containers":[{"name":"a"}]}})",
          R"({"metadata":{"annotations":{}},"spec":{"containers":[{"name":"b"}]}})",
          R"({"metadata":{},"spec":{"containers":[],"volumes":[{"name":"v"}]}})",
          R"({"metadata":{},"spec":{"initContainers":[{"name":"i"}],"containers":null}})",
          R"({"metadata":{"annotations":{"sidecar.istio.io/status":""}},"spec":{}})",
          R"({"metadata":{},"spec":{"containers":[{"name":"a"},{"name":"istio-proxy"}]}})",
          R"({"metadata":{},"spec":{"imagePullSecrets":[{"name":"x"}]}})", "{}"}) {
      const Result<yaml::Node> node = yaml::ParseJson(pod, arena_);
      const gotemplate::Value value =
          *kubetypes::Decode(*node, kubetypes::WorkloadType("Pod"), arena_, {.yaml = false});
      const PodParts parts = *FindPod(value, "Pod");
      const Result<PodInjection> injection =
          PlanInjection(parts, PreviousStatusForPatch(parts), renderer, arena_);
      ASSERT_TRUE(injection.has_value());
      const auto encoded = MakeEncodedPatch(*node, *injection, Compat::k0_8);
      EXPECT_EQ(yaml::DecodeBase64(*encoded.value()),
                MakePatch(*node, *injection, Compat::k0_8).value())
          << pod;
    }
  }
}

TEST_F(PatchTest, ASecondPassChangesNothing) {
  constexpr std::string_view kPod =
      R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"a"}]}})";
  for (const Compat compat : {Compat::k0_5_0, Compat::k0_8}) {
    const json once = Patched(kPod, compat);
    EXPECT_EQ(Patched(once.dump(), compat), once);
  }
}

TEST_F(PatchTest, APodThatIsReadOtherwiseThanItIsWrittenIsNotPatched) {
  // Go's decoder finds members in any case; a patch does not.
  EXPECT_EQ(Patch(R"({"spec":{"Volumes":[{"name":"istio-certs"}]}})").error().message,
            "patch would remove spec.volumes[0] of 0");
}

}  // namespace
}  // namespace sidecar::inject
