#pragma once

#include <vector>

#include "lib/diagnose/finding.h"
#include "lib/diagnose/object_set.h"
#include "lib/diagnose/pod_template.h"
#include "lib/inject/compat.h"

namespace sidecar::diagnose {

// A Service and what it selects. Views the object.
struct Service {
  const Object* object = nullptr;
  kubetypes::Labels selector;  // Empty: it selects nothing; its endpoints are somebody else's work.

  bool Selects(const PodTemplate& pod) const;
};

// Nothing where the object is no Service.
std::optional<Service> FindService(const Object& object);

// What is wrong with a Service by itself: the names of its ports.
void CheckPortNames(const Service& service, inject::Compat compat, std::vector<Finding>& findings);

// What is wrong with the Services of one workload together.
void CheckServicesOf(const PodTemplate& pod, const std::vector<const Service*>& services,
                     inject::Compat compat, std::vector<Finding>& findings);

}  // namespace sidecar::diagnose
