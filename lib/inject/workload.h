#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"
#include "lib/gotemplate/value.h"
#include "lib/yaml/node.h"

namespace sidecar::inject {

// `kind` and `apiVersion` of a document, as views of it.
struct TypeMeta {
  std::string_view kind;
  std::string_view api_version;

  // "apps" of "apps/v1"; empty for "v1" and for no apiVersion.
  std::string_view Group() const;
};

// Reads them as encoding/json does, keys in any case. An error where the document is neither an
// object nor null, or one of the two is no scalar.
Result<TypeMeta> ReadTypeMeta(const yaml::Node& document);

enum class Injectability : std::uint8_t {
  kWorkload,      // Contains a pod template, or is a pod.
  kList,          // Contains other objects.
  kForeignGroup,  // Shares the name of a workload kind, but is of another API group.
  kNothing,
};

// Istio (0.5 to HEAD) goes by `kind` alone and thereby mutilates custom resources that are called
// Job or Deployment. Here the group must be one in which Kubernetes or OpenShift have had the kind;
// no apiVersion at all is accepted, for fragments.
Injectability Classify(const TypeMeta& type);

// The parts of a workload that injection reads and changes. Both are structs; writing through
// their slots changes the object.
struct PodParts {
  gotemplate::Value metadata;  // ObjectMeta that the template sees and the status is written to.
  gotemplate::Value spec;      // PodSpec.
  // Of a CronJob, the ObjectMeta that its pods will really have; elsewhere the same as `metadata`.
  gotemplate::Value pod_metadata;
};

// Finds them in a decoded object (kubetypes::WorkloadType of its kind). Of a CronJob the metadata
// are those of the job template, where Istio looks for labels and writes its status. An error where
// the object has no pod template.
Result<PodParts> FindPod(const gotemplate::Value& object, std::string_view kind);

}  // namespace sidecar::inject
