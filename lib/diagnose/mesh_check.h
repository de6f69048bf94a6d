#pragma once

#include <string>
#include <vector>

#include "lib/diagnose/finding.h"
#include "lib/diagnose/object_set.h"
#include "lib/inject/compat.h"
#include "lib/inject/decision.h"

namespace sidecar::diagnose {

struct MeshCheckOptions {
  inject::Compat compat = inject::Compat::k0_5_0;
  inject::Policy policy = inject::Policy::kEnabled;
  // Take every namespace for enabled whose Namespace object is not in the set.
  bool assume_enabled = false;
  // The set has every Service of its namespaces, as a cluster's has; a set of files has some, and
  // is asked about pods without a Service only where it has any of that namespace.
  bool has_all_services = false;
  std::string sidecar_container = "istio-proxy";
  unsigned proxy_user = 1337;
};

// Checks what a mesh requires of pods and Services (Istio's "Pod requirements"): one Service a pod,
// port names that tell the protocol, a distinct `app` label, a sidecar in every pod of an enabled
// namespace; and what breaks them in practice.
//
// Goes by the objects of the set alone. The findings are sorted. Pure.
std::vector<Finding> CheckMesh(const ObjectSet& set, const MeshCheckOptions& options);

// Every rule that CheckMesh may report.
std::vector<const Rule*> MeshRules();

}  // namespace sidecar::diagnose
