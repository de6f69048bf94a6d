#include "lib/diagnose/current_images.h"

#include "lib/base/arena.h"
#include "lib/inject/object_fields.h"
#include "lib/inject/workload.h"
#include "lib/kubetypes/decode.h"
#include "lib/kubetypes/schema.h"

namespace sidecar::diagnose {
namespace {

constexpr std::size_t kMaxMemory = std::size_t{256} << 20U;

}  // namespace

std::map<std::string, std::string> CurrentImages(inject::Renderer& renderer,
                                                 const PodTemplate& pod) {
  std::map<std::string, std::string> images;
  Arena arena(kMaxMemory);
  try {
    const auto value =
        kubetypes::Decode(pod.object->node, kubetypes::WorkloadType(pod.object->kind), arena);
    if (!value.has_value()) return images;
    const auto parts = inject::FindPod(*value, pod.object->kind);
    if (!parts.has_value()) return images;
    const auto rendered = renderer.Render(*parts, arena);
    if (!rendered.has_value()) return images;
    for (const inject::PodList list :
         {inject::PodList::kInitContainers, inject::PodList::kContainers}) {
      for (const gotemplate::Value& container : (*rendered)->list(list)) {
        images.insert_or_assign(std::string(inject::TextField(container, "Name")),
                                std::string(inject::TextField(container, "Image")));
      }
    }
  } catch (const ArenaLimitExceeded&) {
    images.clear();
  }
  return images;
}

}  // namespace sidecar::diagnose
