#include "cli/commands/selftest_answer.h"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/inject/status.h"

namespace sidecar::cli {

namespace {

constexpr const char* kStatusAnnotation = "sidecar.istio.io/status";

struct KnownError {
  std::string_view part;  // Of the message.
  std::string_view hint;
};

// In the words of kube-apiserver and of Go's net, x509 and http packages. The first that fits
// counts.
constexpr std::array kKnownErrors = {
    KnownError{"no endpoints available for service",
               "no replica is ready: see its logs and /readyz"},
    KnownError{"connection refused",
               "nobody listens at the Service: no replica is ready, or the "
               "target port is wrong"},
    KnownError{"certificate signed by unknown authority",
               "the caBundle does not belong to the certificate: the injector mends it within a "
               "minute, unless it may not patch the configuration"},
    KnownError{"certificate has expired or is not yet valid",
               "renewal failed, or the clocks differ: see the injector's logs"},
    KnownError{"certificate is valid for", "the certificate names another Service: see --service"},
    KnownError{"legacy Common Name", "the certificate lacks the Service's DNS name"},
    KnownError{"does not support dry run",
               "the webhook configuration is one of v1beta1 without sideEffects: None"},
    KnownError{"context deadline exceeded",
               "the API server does not reach the injector: on a private GKE cluster, install with "
               "platform=gke-private or open the port in the firewall"},
    KnownError{"i/o timeout",
               "the API server does not reach the injector: see network policies and "
               "firewalls"},
    KnownError{"denied the request", "the injector refused this pod: the message says why"},
};

}  // namespace

std::string MakeProbePod() {
  return R"({"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"sidecar-injector-selftest-"},)"
         R"("spec":{"containers":[{"name":"app","image":"registry.k8s.io/pause",)"
         R"("securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}}],)"
         R"("securityContext":{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}}}})";
}

std::optional<std::string> InjectedInto(const kube::Json& pod) {
  const auto metadata = pod.find("metadata");
  if (metadata == pod.end() || !metadata->is_object()) return std::nullopt;
  const auto annotations = metadata->find("annotations");
  if (annotations == metadata->end() || !annotations->is_object()) return std::nullopt;
  const auto annotation = annotations->find(kStatusAnnotation);
  if (annotation == annotations->end() || !annotation->is_string()) return std::nullopt;
  const auto status = inject::ParseStatus(annotation->get<std::string>());
  if (!status.has_value()) return std::nullopt;
  std::string names;
  for (const auto* const list : {&status->init_containers, &status->containers}) {
    for (const std::string& name : *list) names += (names.empty() ? "" : ", ") + name;
  }
  return names;
}

std::string_view HintFor(std::string_view message) {
  for (const KnownError& known : kKnownErrors) {
    if (message.find(known.part) != std::string_view::npos) return known.hint;
  }
  return {};
}

bool MayPass(const Error& error) {
  switch (error.code) {
    case ErrorCode::kUnauthenticated:
    case ErrorCode::kInvalidArgument: return false;
    case ErrorCode::kForbidden:
      // Also says so while the namespace's service account is still to come.
      return error.message.find("service account") != std::string::npos ||
             error.message.find("serviceaccount") != std::string::npos;
    default: return true;
  }
}

}  // namespace sidecar::cli
