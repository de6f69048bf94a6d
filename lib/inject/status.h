#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/inject/compat.h"

namespace sidecar::inject {

// What an injection added to a pod, by name: the contents of the annotation
// `sidecar.istio.io/status`, by which the next injection finds what to replace.
struct Status {
  std::string version;  // SHA-256 of the template's text.
  std::vector<std::string> init_containers;
  std::vector<std::string> containers;
  std::vector<std::string> volumes;
  std::vector<std::string> image_pull_secrets;

  bool NamesNothing() const {
    return init_containers.empty() && containers.empty() && volumes.empty() &&
           image_pull_secrets.empty();
  }
};

// The annotation's value: compact JSON in the order of Istio's SidecarInjectionStatus, an empty
// list as null; imagePullSecrets where the release has them.
std::string ToJson(const Status& status, Compat compat);

// Reads an annotation's value. Nothing if it is no such JSON or names nothing, as for Istio; keys
// that are unknown are ignored.
std::optional<Status> ParseStatus(std::string_view annotation);

// What Istio injected before there was an annotation to tell.
Status LegacyStatus();

}  // namespace sidecar::inject
