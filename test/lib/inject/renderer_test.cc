#include "lib/inject/renderer.h"

#include "test/lib/inject/pod_fixture.h"

namespace sidecar::inject {
namespace {

class RendererTest : public PodFixture {
 protected:
  std::shared_ptr<const Rendered> Render(Renderer& renderer, const std::string& app) {
    return *renderer.Render(Pod("{metadata: {labels: {app: " + app + "}}}"), arena_);
  }
};

TEST_F(RendererTest, EqualTextsAreDecodedOnce) {
  Renderer renderer(Compile("containers: [{name: \"{{ .ObjectMeta.Labels.app }}\"}]"), Mesh());
  const auto first = Render(renderer, "a");
  EXPECT_EQ(Render(renderer, "a"), first);
  EXPECT_NE(Render(renderer, "b"), first);
}

TEST_F(RendererTest, TheLeastRecentlyUsedResultIsForgotten) {
  Renderer renderer(Compile("containers: [{name: \"{{ .ObjectMeta.Labels.app }}\"}]"), Mesh());
  const auto first = Render(renderer, "x");
  for (std::size_t i = 0; i < Renderer::kCacheEntries; ++i) {
    Render(renderer, "x" + std::to_string(i));
  }
  EXPECT_NE(Render(renderer, "x"), first);
}

TEST_F(RendererTest, EndlessTemplatesEndInAnError) {
  Renderer renderer(Compile("{{ define \"x\" }}{{ template \"x\" }}{{ end }}{{ template \"x\" }}"),
                    Mesh());
  EXPECT_FALSE(renderer.Render(Pod("{}"), arena_).has_value());
}

}  // namespace
}  // namespace sidecar::inject
