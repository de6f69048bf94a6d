#pragma once

#include <string_view>

#include "lib/gotemplate/type.h"

// The types of Kubernetes objects, from a table that tools/generate_schema.py writes: what the
// Kubernetes 1.9.1 that Istio 0.5 was built with knew, in its order and with its omitempty rules,
// followed by the fields of the newest Kubernetes (JsonField::newer). OpenShift's DeploymentConfig
// and Istio's SidecarInjectionSpec are among them.
namespace sidecar::kubetypes {

// By package and name, as in "core/v1.PodSpec", "meta/v1.ObjectMeta",
// "inject.SidecarInjectionSpec"; null where there is none. Types are made on first use (well under
// a millisecond for a workload) and live as long as the program. Thread-safe.
const gotemplate::Type* SchemaType(std::string_view name);

// The workload type that istioctl of Istio 0.5 to 1.0 decodes documents of a kind into, whatever
// their apiVersion: "Deployment" is extensions/v1beta1.Deployment. Null for other kinds.
const gotemplate::Type* WorkloadType(std::string_view kind);

}  // namespace sidecar::kubetypes
