#include "lib/diagnose/pod_template.h"

#include <algorithm>
#include <array>
#include <string>

#include "lib/inject/annotations.h"
#include "lib/inject/workload.h"

namespace sidecar::diagnose {
namespace {

constexpr std::string_view kMirrorAnnotation = "kubernetes.io/config.mirror";

bool IsTrue(const yaml::Node* node) {
  return node != nullptr && node->kind == yaml::NodeKind::kBool && node->boolean;
}

bool HasController(const yaml::Node& pod) {
  const yaml::Node* const owners = FindPath(pod, {"metadata", "ownerReferences"});
  if (owners == nullptr) return false;
  const auto list = owners->AsSequence();
  return std::any_of(list.begin(), list.end(),
                     [](const yaml::Node& owner) { return IsTrue(owner.Find("controller")); });
}

bool HasEnded(const yaml::Node& pod) {
  const std::string_view phase = TextAt(pod, {"status", "phase"});
  return phase == "Succeeded" || phase == "Failed";
}

}  // namespace

std::optional<PodTemplate> FindPodTemplate(const Object& object) {
  if (inject::Classify({object.kind, object.api_version}) != inject::Injectability::kWorkload) {
    return std::nullopt;
  }
  PodTemplate pod;
  pod.object = &object;
  const yaml::Node& node = object.node;
  if (object.kind == "Pod") {
    pod.is_pod = true;
    pod.is_owned = HasController(node);
    pod.is_running = FindPath(node, {"metadata", "uid"}) != nullptr && !HasEnded(node);
    pod.metadata = node.Find("metadata");
    pod.spec = node.Find("spec");
    pod.spec_path = "spec";
    pod.metadata_path = "metadata";
  } else if (object.kind == "CronJob") {
    pod.runs_to_completion = true;
    pod.metadata = FindPath(node, {"spec", "jobTemplate", "spec", "template", "metadata"});
    pod.spec = FindPath(node, {"spec", "jobTemplate", "spec", "template", "spec"});
    pod.spec_path = "spec.jobTemplate.spec.template.spec";
    pod.metadata_path = "spec.jobTemplate.spec.template.metadata";
  } else {
    pod.runs_to_completion = object.kind == "Job";
    pod.is_owned = HasController(node);
    pod.metadata = FindPath(node, {"spec", "template", "metadata"});
    pod.spec = FindPath(node, {"spec", "template", "spec"});
    pod.spec_path = "spec.template.spec";
    pod.metadata_path = "spec.template.metadata";
  }
  if (pod.spec == nullptr) return std::nullopt;
  pod.labels = kubetypes::ReadLabels(pod.metadata);
  return pod;
}

std::optional<std::string_view> AnnotationOf(const PodTemplate& pod, std::string_view name) {
  if (pod.metadata == nullptr) return std::nullopt;
  const yaml::Node* const value = FindPath(*pod.metadata, {"annotations", name});
  if (value == nullptr) return std::nullopt;
  return value->AsString();
}

std::vector<ContainerRef> ContainersOf(const PodTemplate& pod) {
  std::vector<ContainerRef> containers;
  for (const std::string_view field : {"initContainers", "containers"}) {
    const yaml::Node* const list = pod.spec->Find(field);
    if (list == nullptr) continue;
    std::size_t index = 0;
    for (const yaml::Node& container : list->AsSequence()) {
      std::string path(pod.spec_path);
      path.append(".").append(field).append("[").append(std::to_string(index++)).append("]");
      containers.push_back({&container, std::move(path), field == "initContainers"});
    }
  }
  return containers;
}

bool HasSidecar(const PodTemplate& pod, std::string_view container_name) {
  if (AnnotationOf(pod, inject::kStatusAnnotation).has_value()) return true;
  const std::vector<ContainerRef> containers = ContainersOf(pod);
  return std::any_of(containers.begin(), containers.end(), [&](const ContainerRef& container) {
    return TextAt(*container.node, {"name"}) == container_name;
  });
}

inject::PodFacts FactsOf(const PodTemplate& pod) {
  inject::PodFacts facts;
  facts.namespace_name = pod.object->namespace_name;
  facts.host_network = IsTrue(pod.spec->Find("hostNetwork"));
  facts.is_mirror = AnnotationOf(pod, kMirrorAnnotation).has_value();
  facts.inject_annotation = AnnotationOf(pod, inject::kInjectAnnotation);
  return facts;
}

}  // namespace sidecar::diagnose
