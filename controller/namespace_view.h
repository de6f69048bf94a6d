#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/json_field.h"
#include "lib/kubetypes/label_selector.h"

// What of a namespace matters to injection. Pure, any thread.

namespace sidecar::controller {

// What the label istio-injection says.
enum class InjectionLabel : std::uint8_t {
  kNone,
  kEnabled,
  kDisabled,
  kOther,  // Any other value; no selector of Istio's matches it.
};
inline constexpr std::string_view kInjectionLabel = "istio-injection";

// "none", "enabled", "disabled", "other": for logs and metrics.
std::string_view ToString(InjectionLabel label);

// A namespace in about 200 bytes: there may be ten thousand.
struct NamespaceView {
  InjectionLabel injection = InjectionLabel::kNone;
  bool terminating = false;
  // When the label istio-injection was set, by the API server's clock; nothing where it does not
  // tell.
  std::optional<std::chrono::sys_seconds> labelled;
  std::string packed_labels;  // "key\0value\0key\0value\0", sorted by key.
};

// Reads a Namespace or its PartialObjectMetadata.
NamespaceView ViewNamespace(const Json& object);

kubetypes::Labels LabelsOf(const NamespaceView& view);

// Where label and webhook disagree.
enum class NamespaceDrift : std::uint8_t {
  kNone,
  kEnabledNotMatched,  // Labelled enabled, but the API server would not ask.
  kDisabledMatched,    // Labelled disabled, but it would.
  kEnabledIgnored,     // Labelled enabled, but the injector injects nothing there.
};

// "EnabledNotMatched", ...: for metrics and logs.
std::string_view ToString(NamespaceDrift drift);

struct DriftReport {
  NamespaceDrift drift = NamespaceDrift::kNone;
  std::string message;  // Names the label or the requirement that is to blame.
};

// `selector` is the namespaceSelector of our webhook, null where that is unknown: then nothing is
// said about what it would match. `ignored` are the namespaces in which the endpoint never injects.
DriftReport FindDrift(std::string_view name, const NamespaceView& view,
                      const kubetypes::LabelSelector* selector,
                      const std::vector<std::string>& ignored);

}  // namespace sidecar::controller
