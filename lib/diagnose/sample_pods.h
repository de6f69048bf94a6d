#pragma once

#include <span>
#include <string_view>

namespace sidecar::diagnose {

// A pod that an injection template must be able to deal with.
struct SamplePod {
  std::string_view title;  // "a pod of a Deployment"
  std::string_view yaml;
};

std::span<const SamplePod> SamplePods();

}  // namespace sidecar::diagnose
