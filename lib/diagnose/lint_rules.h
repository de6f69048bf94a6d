#pragma once

#include "lib/diagnose/finding.h"

// The rules of LintConfig.

namespace sidecar::diagnose::rules {

inline constexpr Rule kBadConfig = {
    "InvalidConfig", Severity::kError,
    "The injector cannot use the configuration; it would keep the last good one.",
    "Correct what the message names."};
inline constexpr Rule kUnknownKey = {"UnknownConfigKey", Severity::kWarning,
                                     "A key of the configuration means nothing to the injector.",
                                     "Remove the key, or correct its spelling."};
inline constexpr Rule kBadPolicy = {
    "UnknownPolicy", Severity::kError,
    "With a policy that is neither enabled nor disabled nothing is injected.",
    "Set policy to enabled or disabled."};
inline constexpr Rule kTemplateFails = {
    "TemplateFails", Severity::kError,
    "The template fails for an ordinary pod, whose creation would be denied.",
    "Correct the template; test it with: sidecar-injector render."};
inline constexpr Rule kUnknownField = {
    "UnknownField", Severity::kWarning,
    "The rendered template has a field that pods do not have; it is left out.",
    "Correct the spelling or the indentation of the field."};
inline constexpr Rule kDuplicateName = {
    "DuplicateName", Severity::kError,
    "Two containers or volumes of the template have one name; Kubernetes refuses such pods.",
    "Give them different names."};
inline constexpr Rule kRefusedPod = {
    "RefusedByKubernetes", Severity::kError,
    "Kubernetes refuses pods with such a container or volume, so that none could be created.",
    "Correct what the message names."};
inline constexpr Rule kNoRequests = {"MissingResourceRequests", Severity::kWarning,
                                     "A HorizontalPodAutoscaler cannot compute the utilisation of "
                                     "pods of which a container requests "
                                     "no resources.",
                                     "Set resources.requests for cpu and memory."};
inline constexpr Rule kNotRestricted = {
    "NotRestricted", Severity::kInfo,
    "Namespaces that enforce the Pod Security Standard \"restricted\" refuse the injected pods.",
    "Change what the message names, or use a CNI plugin in place of istio-init."};
inline constexpr Rule kRestartPolicy = {
    "ContainerRestartPolicy", Severity::kWarning,
    "A container of the template has a restartPolicy, as templates of Istio before 1.18 have by "
    "mistake. It is left out: taken seriously it would make an init container a sidecar that never "
    "ends.",
    "Remove restartPolicy from the container."};
inline constexpr Rule kNewFunction = {
    "NewerFunction", Severity::kWarning,
    "The template calls a function that this release of Istio did not have.",
    "Use functions of the release only, or do not share the template with it."};
inline constexpr Rule kRendersNothing = {"RendersNothing", Severity::kWarning,
                                         "The template adds no container to an ordinary pod.",
                                         "See what it renders with: sidecar-injector render."};

inline constexpr const Rule* kLint[] = {
    &kBadConfig,  &kUnknownKey, &kBadPolicy,     &kTemplateFails, &kUnknownField, &kDuplicateName,
    &kRefusedPod, &kNoRequests, &kNotRestricted, &kRestartPolicy, &kNewFunction,  &kRendersNothing,
};

}  // namespace sidecar::diagnose::rules
