#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/base/result.h"
#include "lib/yaml/node.h"

// What kube-apiserver sends to an admission webhook and expects back: admission.k8s.io, v1 and
// v1beta1. Pure, any thread.
namespace sidecar::webhook {

enum class ReviewVersion : std::uint8_t {
  kNone,  // Neither kind nor apiVersion, as Istio's own tests and the first servers have it.
  kV1beta1,
  kV1,
};

// The parts of a request that injection looks at, as views of the parsed review. Absent texts are
// empty, absent objects null.
struct AdmissionRequest {
  std::string_view uid;
  std::string_view kind_group;      // As resource_group.
  std::string_view kind;            // "Pod"
  std::string_view resource_group;  // "apps"; empty for the core group.
  std::string_view resource;        // "pods"
  std::string_view sub_resource;    // "exec"
  std::string_view operation;       // CREATE, UPDATE, DELETE, CONNECT
  std::string_view namespace_name;
  std::string_view name;
  std::string_view username;
  bool dry_run = false;
  yaml::Node object;
  yaml::Node old_object;
};

struct AdmissionReview {
  ReviewVersion version = ReviewVersion::kNone;
  AdmissionRequest request;
};

// Reads a review; it lies in `arena` and `body`, which must outlive it. Errors are
// kInvalidArgument: no JSON, another kind or an unknown version, no request, members of a wrong
// type, a kind that is not the resource's. Throws ArenaLimitExceeded only.
Result<AdmissionReview> ParseAdmissionReview(std::string_view body, Arena& arena);

// Why a request is denied: a metav1.Status.
struct Denial {
  int code = 500;                  // The status of the user's own request.
  std::string_view status_reason;  // "InternalError"
  std::string message;
};

struct AuditAnnotation {
  std::string_view key;
  std::string value;
};

struct AdmissionResponse {
  std::string_view uid;  // Of the request.
  std::optional<Denial> denial;
  std::shared_ptr<const std::string> patch;  // JSON Patch in base64; null for none.
  std::vector<AuditAnnotation> audit_annotations;
  std::vector<std::string> warnings;
};

// The answer in the version that was asked in. Each version's rules hold: uid, kind and apiVersion
// are the request's, patch and patchType come together or not at all.
std::string WriteAdmissionReview(const AdmissionResponse& response, ReviewVersion version);

// A metav1.Status that tells of a failure, for answers that are no reviews.
std::string WriteFailureStatus(int code, std::string_view status_reason, std::string_view message);

}  // namespace sidecar::webhook
