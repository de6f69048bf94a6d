#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lib/diagnose/finding.h"
#include "lib/diagnose/injection_scope.h"
#include "lib/diagnose/injection_tally.h"
#include "lib/diagnose/object_set.h"
#include "lib/diagnose/pod_template.h"
#include "lib/diagnose/service_rules.h"
#include "lib/inject/compat.h"
#include "lib/inject/decision.h"

namespace sidecar::diagnose {

struct MeshCheckOptions {
  inject::Compat compat = inject::Compat::k0_5_0;
  inject::Policy policy = inject::Policy::kEnabled;
  // The set has every Service of its namespaces, as a cluster's has; a set of files has some, and
  // is asked about pods without a Service only where it has any of that namespace.
  bool has_all_services = false;
  std::string sidecar_container = "istio-proxy";
  unsigned proxy_user = 1337;
};

// Checks what a mesh requires of pods and Services (Istio's "Pod requirements"): one Service a pod,
// port names that tell the protocol, a distinct `app` label, a sidecar in every pod that the
// injector is asked about; and what breaks them in practice.
//
// First all Services are added, then the objects are checked, one after the other, so that only
// Services and findings take memory, however many pods there are. Pure; belongs to one thread.
class MeshCheck {
 public:
  // The scope outlives this.
  MeshCheck(const InjectionScope& scope, const MeshCheckOptions& options)
      : scope_(scope), options_(options) {}

  // Nothing where the object is no Service. The object outlives this.
  void AddService(const Object& object);

  // Nothing where the object neither is nor makes pods. It may be gone afterwards.
  void Check(const Object& object);

  // Sorted.
  std::vector<Finding> TakeFindings();

 private:
  using AppKey = std::array<std::string, 3>;  // Namespace, app, version.
  // Pods without sidecar of one owner: told of the first of them, so that memory and what a person
  // reads is that of owners.
  struct Missing {
    std::size_t finding = 0;  // Index in findings_.
    std::size_t more = 0;
  };

  inject::Reason DecisionFor(const PodTemplate& pod) const;
  void Report(const PodTemplate& pod, const Rule& rule, std::string field, const yaml::Node* part,
              std::string message);
  void CheckServices(const PodTemplate& pod);
  void CheckLabels(const PodTemplate& pod);
  void CheckContainers(const PodTemplate& pod);
  void CheckUser(const PodTemplate& pod, const yaml::Node* security, std::string field,
                 const std::string& user);
  void CheckPorts(const PodTemplate& pod, const ContainerRef& container);
  void CheckSidecar(const PodTemplate& pod);
  void CheckDecision(const PodTemplate& pod, Selection selection);

  const InjectionScope& scope_;
  const MeshCheckOptions options_;
  std::map<std::string_view, std::vector<Service>> services_;  // By namespace.
  std::map<AppKey, std::string> apps_;                         // The first that has it.
  std::map<OwnerKey, Missing> missing_;
  std::vector<Finding> findings_;
};

// All objects of a set. The findings are sorted. Pure.
std::vector<Finding> CheckMesh(const ObjectSet& set, const InjectionScope& scope,
                               const MeshCheckOptions& options);

// Every rule that CheckMesh may report.
std::vector<const Rule*> MeshRules();

}  // namespace sidecar::diagnose
