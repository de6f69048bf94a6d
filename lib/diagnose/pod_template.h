#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "lib/diagnose/object_set.h"
#include "lib/inject/decision.h"
#include "lib/kubetypes/label_selector.h"

namespace sidecar::diagnose {

// A pod, or what makes pods, as an object describes it. Views the object.
struct PodTemplate {
  const Object* object = nullptr;
  const yaml::Node* metadata = nullptr;  // Of the pods; may be absent.
  const yaml::Node* spec = nullptr;      // Never absent.
  kubetypes::Labels labels;              // Of the pods.
  bool is_pod = false;
  bool is_owned = false;            // A controller made it; what made it is looked at instead.
  bool is_running = false;          // A pod that an API server knows and that has not ended.
  bool runs_to_completion = false;  // Of a Job: it serves nobody.

  // "spec.template.spec" and the like, for the names of fields.
  std::string_view spec_path;
  std::string_view metadata_path;
};

// Nothing where the object describes no pods.
std::optional<PodTemplate> FindPodTemplate(const Object& object);

std::optional<std::string_view> AnnotationOf(const PodTemplate& pod, std::string_view name);

// The container's index and node, of init containers too.
struct ContainerRef {
  const yaml::Node* node = nullptr;
  std::string path;  // "spec.template.spec.containers[0]".
  bool is_init = false;
};
std::vector<ContainerRef> ContainersOf(const PodTemplate& pod);

// Whether an injection has added to it: it carries the status annotation, or has the container.
bool HasSidecar(const PodTemplate& pod, std::string_view container_name);

// What the injection's decision looks at.
inject::PodFacts FactsOf(const PodTemplate& pod);

}  // namespace sidecar::diagnose
