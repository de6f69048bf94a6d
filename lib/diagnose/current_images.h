#pragma once

#include <map>
#include <memory>
#include <string>

#include "lib/diagnose/pod_template.h"
#include "lib/inject/renderer.h"

namespace sidecar::diagnose {

// The images that the containers and init containers of the current injection would have in a pod,
// by the containers' names: the template is rendered for it. Empty where it fails for this pod.
// Thread-safe as the renderer is.
std::map<std::string, std::string> CurrentImages(inject::Renderer& renderer,
                                                 const PodTemplate& pod);

}  // namespace sidecar::diagnose
