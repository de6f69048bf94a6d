#include "lib/diagnose/current_images.h"

#include "lib/inject/config.h"
#include "test/lib/diagnose/objects.h"

namespace sidecar::diagnose {
namespace {

inject::Renderer RendererOf(std::string_view template_text) {
  inject::ConfigText text;
  text.policy = "enabled";
  text.template_text = template_text;
  auto mesh = kubetypes::LoadMeshConfig("", {});
  return inject::Renderer(*inject::Config::Compile(text, inject::Compat::k0_5_0),
                          std::make_shared<const kubetypes::MeshConfig>(*std::move(mesh)));
}

std::map<std::string, std::string> ImagesOf(std::string_view template_text) {
  ObjectSet set;
  AddFile(set, "{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {app: web}}, spec: {}}");
  inject::Renderer renderer = RendererOf(template_text);
  return CurrentImages(renderer, *FindPodTemplate(set.objects()[0]));
}

TEST(CurrentImagesTest, TheTemplateIsRenderedForThePod) {
  const std::map<std::string, std::string> images = ImagesOf(
      "initContainers: [{name: init, image: i}]\n"
      "containers: [{name: proxy, image: 'p:{{ index .ObjectMeta.Labels \"app\" }}'}]\n");
  EXPECT_EQ(images, (std::map<std::string, std::string>{{"init", "i"}, {"proxy", "p:web"}}));
}

TEST(CurrentImagesTest, AFailureTellsNothing) {
  EXPECT_TRUE(ImagesOf("containers: {{ index .ObjectMeta.Nothing 1 }}").empty());
}

}  // namespace
}  // namespace sidecar::diagnose
