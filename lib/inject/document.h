#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/result.h"
#include "lib/inject/config.h"
#include "lib/inject/decision.h"
#include "lib/inject/renderer.h"
#include "lib/inject/workload.h"
#include "lib/kubetypes/mesh_config.h"
#include "lib/yaml/node.h"

namespace sidecar::inject {

struct DocumentOptions {
  // Inject also where a pod's annotation says no (--ignorePolicy).
  bool ignore_policy = false;
  // Add to what is there, even to an earlier injection (--duplicate).
  bool duplicate = false;
};

// What became of one object.
struct ObjectReport {
  std::string kind;
  std::string name;  // "namespace/name" where the object says its namespace.
  Reason reason = Reason::kNotAPod;
  std::vector<std::string> added;     // Names of containers and init containers.
  std::vector<std::string> warnings;  // E.g. fields of the template that were left out.
};

// One YAML document through kube-inject.
struct DocumentReport {
  std::vector<ObjectReport> objects;  // One; of a List those of its items that can be injected.
};

// Why a document could not be injected. For the message: which object, and where in the document.
struct DocumentError {
  Error error;
  std::string object;      // "Deployment/hello", or empty.
  std::uint32_t line = 0;  // Within the document; 0 if unknown.
};

// Injects YAML documents as Istio's IntoResourceFile does: workloads are decoded by type, given
// their sidecar and written anew; everything else passes through byte for byte.
//
// Unlike Istio: a workload that carries exactly this sidecar already, or whose pod refuses, passes
// through as well; members that no Kubernetes type knows are kept; an object that only shares its
// kind's name with a workload is left alone.
//
// Belongs to one thread. Memory is that of the largest document.
class DocumentInjector {
 public:
  DocumentInjector(std::shared_ptr<const Config> config,
                   std::shared_ptr<const kubetypes::MeshConfig> mesh, DocumentOptions options);

  // Appends to `output` what becomes of the document, a "---" line after it included. On failure
  // `output` is as it was and `failure` is set.
  Result<DocumentReport> Inject(std::string_view document, std::string& output,
                                DocumentError& failure);

 private:
  Result<DocumentReport> InjectText(std::string_view document, std::string& output);
  // An object, or the items of a List.
  Result<yaml::Node> InjectObject(const yaml::Node& object, const TypeMeta& type, int depth,
                                  DocumentReport& report);
  Result<yaml::Node> InjectList(const yaml::Node& list, int depth, DocumentReport& report);
  Result<void> InjectPod(const PodParts& pod, ObjectReport& report);
  Result<yaml::Node> Fail(Error error, const ObjectReport& object, std::uint32_t line);

  Renderer renderer_;
  const DocumentOptions options_;
  Arena arena_;
  // What the document at hand was given: the nodes to be written view it.
  std::vector<std::shared_ptr<const Rendered>> in_use_;
  bool changed_ = false;  // Whether the document at hand has to be written anew.
  DocumentError failure_;
};

}  // namespace sidecar::inject
