#include "lib/inject/mesh_functions.h"

#include <string>

#include "lib/gotemplate/template.h"
#include "lib/inject/template_data.h"
#include "lib/inject/template_functions.h"
#include "test/lib/inject/pod_fixture.h"

namespace sidecar::inject {
namespace {

class MeshFunctionsTest : public PodFixture {
 protected:
  std::string Run(std::string_view text, std::string_view mesh_text,
                  kubetypes::MeshRelease release) {
    const auto mesh = kubetypes::LoadMeshConfig(mesh_text, {.release = release});
    EXPECT_TRUE(mesh.has_value()) << mesh.error().message;
    const auto parsed = gotemplate::Template::Parse("t", text, {.functions = &TemplateFunctions()});
    EXPECT_TRUE(parsed.has_value()) << parsed.error().message;
    const PodParts pod = Pod("{spec: {containers: [{name: app, image: app}]}}");
    std::string output;
    const auto done = parsed->Execute(MakeTemplateData(pod, *mesh, arena_), arena_, {}, output);
    return done.has_value() ? output : "error: " + done.error().message;
  }
};

TEST_F(MeshFunctionsTest, ProtoToJsonShowsWhatAReleasesDefaultsDoNotSay) {
  using enum kubetypes::MeshRelease;
  constexpr std::string_view kMesh =
      "defaultConfig: {drainDuration: 3s, parentShutdownDuration: 9s, concurrency: 4}";
  for (const auto release : {k0_5_1, k0_6, k1_0}) {
    EXPECT_EQ(Run("{{ protoToJSON .ProxyConfig }}", "{}", release), "{}");
    EXPECT_EQ(Run("{{ protoToJSON .ProxyConfig }}", kMesh, release),
              R"({"drainDuration":"3s","parentShutdownDuration":"9s","concurrency":4})");
  }
}

TEST_F(MeshFunctionsTest, ProtoToJsonShowsOtherMessagesWhole) {
  const auto run = [this](std::string_view text) {
    return Run(text, "{}", kubetypes::MeshRelease::k0_5_0);
  };
  EXPECT_EQ(run("{{ protoToJSON .ProxyConfig.DrainDuration }}"), R"("2s")");
  EXPECT_EQ(run("{{ protoToJSON nil }}"), "{}");
  EXPECT_EQ(run("{{ (fromJSON (protoToJSON .MeshConfig)).defaultConfig.drainDuration }}"), "2s");
  EXPECT_EQ(run(R"({{ protoToJSON "x" }})"),
            R"(error: template: t:1:15: executing "t" at <"x">: can't handle "x" for arg of type )"
            "protoreflect.ProtoMessage");
  EXPECT_EQ(run("{{ protoToJSON .Spec }}"),
            "error: template: t:1:15: executing \"t\" at <.Spec>: wrong type for value; expected "
            "protoreflect.ProtoMessage; got *v1.PodSpec");
}

TEST_F(MeshFunctionsTest, NoMeshAsksForOpenTelemetryAttributes) {
  EXPECT_EQ(Run("{{ otelResourceAttributes .MeshConfig .ObjectMeta.Annotations .ObjectMeta.Labels "
                "\"ns\" .Spec.Containers }}",
                "{}", kubetypes::MeshRelease::k1_0),
            "");
}

}  // namespace
}  // namespace sidecar::inject
