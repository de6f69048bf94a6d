#pragma once

#include <optional>
#include <string>

#include "controller/json_field.h"
#include "lib/base/result.h"
#include "lib/kubetypes/label_selector.h"

namespace sidecar::controller {

// What the API server would ask a webhook about, as far as labels tell. Pure, any thread.
struct WebhookSelectors {
  kubetypes::LabelSelector namespaces;
  kubetypes::LabelSelector objects;
};

// Reads namespaceSelector and objectSelector of an entry of `webhooks`; absent ones select
// everything. Errors are kInvalidArgument and name the selector.
Result<WebhookSelectors> ReadSelectors(const Json& webhook);

// Why no set of labels at all satisfies the selector; nothing if one does.
std::optional<std::string> Contradiction(const kubetypes::LabelSelector& selector);

}  // namespace sidecar::controller
