#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/diagnose/object_set.h"
#include "lib/kubetypes/label_selector.h"

namespace sidecar::diagnose {

// A webhook of a MutatingWebhookConfiguration, as the API server goes by it to decide whether a
// pod's creation is sent there.
struct WebhookView {
  std::string configuration;  // metadata.name
  std::string name;           // "sidecar-injector.istio.io"
  kubetypes::LabelSelector namespace_selector;
  kubetypes::LabelSelector object_selector;
  bool sees_pod_creation = false;  // By its rules.
  // CEL that narrows it further, which only an API server evaluates.
  std::vector<std::string> match_conditions;
  bool fails_open = false;        // failurePolicy Ignore.
  std::string ca_bundle;          // As in the object: base64.
  std::string target;             // "istio-system/istio-sidecar-injector:443/inject", or the URL.
  std::string service_namespace;  // Of the Service it is called by; empty with a URL.
  std::string service_name;
};

// Its webhooks, of v1 and v1beta1 with each version's defaults. An error names the selector that no
// API server would have accepted.
Result<std::vector<WebhookView>> ReadWebhooks(const Object& configuration);

// Why a webhook is not called for a pod; empty if it is.
//   namespace label istio-injection=enabled is missing
std::string WhyNotCalled(const WebhookView& webhook, const kubetypes::Labels& namespace_labels,
                         const kubetypes::Labels& pod_labels);

}  // namespace sidecar::diagnose
