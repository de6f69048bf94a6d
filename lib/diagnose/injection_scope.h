#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/diagnose/object_set.h"
#include "lib/diagnose/webhook_view.h"
#include "lib/kubetypes/label_selector.h"

// About which pods an API server asks the injector: the one answer of all commands that tell who
// should have a sidecar. Pure.

namespace sidecar::diagnose {

enum class Selection : std::uint8_t {
  kNone,
  kExcluded,  // The namespace is selected, but the pod has a label that an objectSelector excludes.
  kSelected,
};

// The webhooks of sidecar injectors among `known`: by Istio's name for them, or by the path of the
// injection endpoint. If nothing is known, the one of an ordinary installation, which selects
// namespaces by istio-injection=enabled and has no name.
std::vector<WebhookView> InjectorsAmong(std::optional<std::span<const WebhookView>> known,
                                        std::string_view path = "/inject");

// The labels that selectors see: an API server adds the namespace's name. A namespace whose labels
// are not known has none or, if that is assumed, istio-injection=enabled.
kubetypes::Labels NamespaceLabels(std::string_view name,
                                  const std::optional<kubetypes::Labels>& known,
                                  bool assume_enabled);

class InjectionScope {
 public:
  // `assume_enabled` is about namespaces that were not added.
  InjectionScope(std::vector<WebhookView> injectors, bool assume_enabled)
      : injectors_(std::move(injectors)), assume_enabled_(assume_enabled) {}

  void AddNamespace(std::string_view name, const kubetypes::Labels& labels);

  // Of a pod that would be created with these labels.
  Selection SelectionOf(std::string_view namespace_name, const kubetypes::Labels& pod_labels) const;

 private:
  std::vector<WebhookView> injectors_;
  bool assume_enabled_;
  std::map<std::string, kubetypes::Labels, std::less<>> namespaces_;
};

// By the Namespaces and MutatingWebhookConfigurations of a set; without any of the latter, by the
// ordinary webhook. An error names the selector that no API server would have accepted.
Result<InjectionScope> ScopeOf(const ObjectSet& objects, bool assume_enabled);

// The webhooks of all MutatingWebhookConfigurations of a set; nothing if it has none.
Result<std::optional<std::vector<WebhookView>>> WebhooksOf(const ObjectSet& objects);

}  // namespace sidecar::diagnose
