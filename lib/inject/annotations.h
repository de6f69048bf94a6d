#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace sidecar::inject {

// The pod annotations that steer injection, as Istio names them.
inline constexpr std::string_view kInjectAnnotation = "sidecar.istio.io/inject";
inline constexpr std::string_view kStatusAnnotation = "sidecar.istio.io/status";

// The value of an annotation, or nothing where the pod has no such annotation.
using AnnotationLookup = std::function<std::optional<std::string_view>(std::string_view name)>;

// Checks the annotations whose values Istio 0.8's templates use (validateAnnotations of 0.8 and
// 1.0), in Istio's order; the error is that of the first bad one, in Istio's words. Pure.
Result<void> ValidateAnnotations(const AnnotationLookup& find);

// The rules of single values, also those of the flags of the same name. Lists are separated by
// commas. Ports run up to 65535, where Istio 0.8 wrongly stopped at 32767.
Result<void> ValidateIncludeIPRanges(std::string_view ranges);
Result<void> ValidateExcludeIPRanges(std::string_view ranges);
Result<void> ValidateIncludeInboundPorts(std::string_view ports);
Result<void> ValidateExcludeInboundPorts(std::string_view ports);
Result<void> ValidateInterceptionMode(std::string_view mode);

}  // namespace sidecar::inject
