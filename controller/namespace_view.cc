#include "controller/namespace_view.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "lib/kube/protocol/time.h"

namespace sidecar::controller {

namespace {

InjectionLabel ParseLabel(std::string_view value) {
  if (value == "enabled") return InjectionLabel::kEnabled;
  if (value == "disabled") return InjectionLabel::kDisabled;
  return InjectionLabel::kOther;
}

// What metadata.managedFields tells, of servers since 1.18. Who has set the label may have changed
// something else since, but not before: so the earliest of its managers is the closest.
std::optional<std::chrono::sys_seconds> WhenLabelled(const Json& object) {
  const Json* const managers = FindField(object, "metadata.managedFields");
  if (managers == nullptr || !managers->is_array()) return std::nullopt;
  static const Json::json_pointer label("/f:metadata/f:labels/f:istio-injection");
  std::optional<std::chrono::sys_seconds> earliest;
  for (const Json& manager : *managers) {
    const Json* const fields = FindField(manager, "fieldsV1");
    if (fields == nullptr || !fields->contains(label)) continue;
    const auto time = kube::ParseTime(StringField(manager, "time"));
    if (!time.has_value()) continue;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(*time);
    earliest = std::min(seconds, earliest.value_or(seconds));
  }
  return earliest;
}

}  // namespace

std::string_view ToString(InjectionLabel label) {
  switch (label) {
    case InjectionLabel::kNone: return "none";
    case InjectionLabel::kEnabled: return "enabled";
    case InjectionLabel::kDisabled: return "disabled";
    case InjectionLabel::kOther: return "other";
  }
  return "other";
}

std::string_view ToString(NamespaceDrift drift) {
  switch (drift) {
    case NamespaceDrift::kNone: return "None";
    case NamespaceDrift::kEnabledNotMatched: return "EnabledNotMatched";
    case NamespaceDrift::kDisabledMatched: return "DisabledMatched";
    case NamespaceDrift::kEnabledIgnored: return "EnabledIgnored";
  }
  return "None";
}

NamespaceView ViewNamespace(const Json& object) {
  NamespaceView view;
  view.terminating = FindField(object, "metadata.deletionTimestamp") != nullptr;
  const Json* const labels = FindField(object, "metadata.labels");
  if (labels == nullptr || !labels->is_object()) return view;
  for (const auto& [key, value] : labels->items()) {
    if (!value.is_string()) continue;
    const auto& text = value.get_ref<const std::string&>();
    if (key == kInjectionLabel) {
      view.injection = ParseLabel(text);
      view.labelled = WhenLabelled(object);
    }
    view.packed_labels.append(key).append(1, '\0').append(text).append(1, '\0');
  }
  view.packed_labels.shrink_to_fit();
  return view;
}

kubetypes::Labels LabelsOf(const NamespaceView& view) {
  kubetypes::Labels labels;
  std::string_view rest = view.packed_labels;
  const auto next = [&rest] {
    const std::string_view word = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    return word;
  };
  while (!rest.empty()) {
    const std::string_view key = next();
    labels.emplace(key, next());
  }
  return labels;
}

DriftReport FindDrift(std::string_view name, const NamespaceView& view,
                      const kubetypes::LabelSelector* selector,
                      const std::vector<std::string>& ignored) {
  const bool enabled = view.injection == InjectionLabel::kEnabled;
  if (enabled && std::find(ignored.begin(), ignored.end(), name) != ignored.end()) {
    return {NamespaceDrift::kEnabledIgnored,
            "labelled istio-injection=enabled, but nothing is ever injected in this namespace"};
  }
  if (selector == nullptr) return {};
  const kubetypes::LabelRequirement* const unmet = selector->FirstUnmet(LabelsOf(view));
  if (enabled && unmet != nullptr) {
    return {NamespaceDrift::kEnabledNotMatched,
            "labelled istio-injection=enabled, but the webhook's namespaceSelector wants " +
                ToString(*unmet)};
  }
  if (view.injection == InjectionLabel::kDisabled && unmet == nullptr) {
    return {NamespaceDrift::kDisabledMatched,
            "labelled istio-injection=disabled, but the webhook's namespaceSelector (" +
                ToString(*selector) + ") matches"};
  }
  return {};
}

}  // namespace sidecar::controller
