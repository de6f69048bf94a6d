#include "lib/inject/template_data.h"

#include "test/lib/inject/pod_fixture.h"

namespace sidecar::inject {
namespace {

class TemplateDataTest : public PodFixture {};

TEST_F(TemplateDataTest, TemplatesSeePodAndMesh) {
  const auto mesh = Mesh();
  const PodParts pod = Pod("{metadata: {name: web}, spec: {containers: [{image: i}]}}");
  const auto config = Compile(
      "{{ .ObjectMeta.Name }} {{ (index .Spec.Containers 0).Image }} "
      "{{ .ProxyConfig.ConfigPath }} {{ .MeshConfig.ProxyListenPort }} {{ printf \"%T\" . }}");
  std::string out;
  ASSERT_TRUE(config->injection_template()
                  .Execute(MakeTemplateData(pod, *mesh, arena_), arena_, {}, out)
                  .has_value());
  EXPECT_EQ(out, "web i /etc/istio/proxy 15001 *inject.SidecarTemplateData");
}

}  // namespace
}  // namespace sidecar::inject
