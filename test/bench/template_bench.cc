// What one injection costs inside the process: parsing the 0.5 release template, executing it for
// small and large pods, and executing plus looking up what was rendered.

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "lib/base/arena.h"
#include "lib/gotemplate/template.h"
#include "lib/inject/builtin_template.h"
#include "lib/inject/config.h"
#include "lib/inject/renderer.h"
#include "lib/inject/template_data.h"
#include "lib/inject/workload.h"
#include "lib/kubetypes/decode.h"
#include "lib/kubetypes/mesh_config.h"
#include "lib/kubetypes/schema.h"
#include "lib/yaml/parser.h"

namespace sidecar::inject {
namespace {

std::string ReleaseTemplate() {
  Params params;
  params.init_image = InitImageName("docker.io/istio", "0.5.0");
  params.proxy_image = ProxyImageName("docker.io/istio", "0.5.0", false, Compat::k0_5_0);
  params.enable_core_dump = false;
  return BuiltinTemplate(params, Compat::k0_5_0);
}

std::shared_ptr<const Config> ReleaseConfig() {
  return *Config::Compile({.policy = "enabled", .template_text = ReleaseTemplate(), .warnings = {}},
                          Compat::k0_5_0);
}

// A decoded pod with `containers` containers, and the memory it lies in.
class Pod {
 public:
  explicit Pod(std::int64_t containers) {
    text_ = "kind: Pod\nmetadata: {labels: {app: web, version: v1}}\nspec:\n  containers:\n";
    for (std::int64_t i = 0; i < containers; ++i) {
      text_ += "  - name: c" + std::to_string(i) +
               "\n    image: web:1\n    env: [{name: A, value: b}]\n";
    }
    const yaml::Node node = *yaml::ParseYaml(text_, arena_);
    const gotemplate::Value pod = *kubetypes::Decode(node, kubetypes::WorkloadType("Pod"), arena_);
    parts_ = *FindPod(pod, "Pod");
  }
  const PodParts& parts() const { return parts_; }

 private:
  std::string text_;
  Arena arena_;
  PodParts parts_;
};

void ParseTemplate(benchmark::State& state) {
  const std::string text = ReleaseTemplate();
  for (auto _ : state) benchmark::DoNotOptimize(gotemplate::Template::Parse("inject", text));
}
BENCHMARK(ParseTemplate);

void ExecuteTemplate(benchmark::State& state) {
  const auto config = ReleaseConfig();
  const kubetypes::MeshConfig mesh = kubetypes::DefaultMeshConfig(MeshReleaseOf(Compat::k0_5_0));
  const Pod pod(state.range(0));
  Arena arena;
  std::string output;
  for (auto _ : state) {
    arena.Reset();
    output.clear();
    const gotemplate::Value data = MakeTemplateData(pod.parts(), mesh, arena);
    if (!config->injection_template().Execute(data, arena, {}, output).has_value()) std::abort();
  }
  state.counters["arena_bytes"] = static_cast<double>(arena.bytes_reserved());
}
BENCHMARK(ExecuteTemplate)->ArgName("containers")->Arg(1)->Arg(10)->Arg(100);

void RenderRemembered(benchmark::State& state) {
  Renderer renderer(ReleaseConfig(),
                    std::make_shared<const kubetypes::MeshConfig>(
                        kubetypes::DefaultMeshConfig(MeshReleaseOf(Compat::k0_5_0))));
  const Pod pod(1);
  Arena arena;
  for (auto _ : state) {
    arena.Reset();
    if (!renderer.Render(pod.parts(), arena).has_value()) std::abort();
  }
}
BENCHMARK(RenderRemembered);

}  // namespace
}  // namespace sidecar::inject
