#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "controller/namespace_view.h"
#include "lib/ui/page_model.h"

namespace sidecar::controller {

inline constexpr std::size_t kMostNamespaceRows = 500;

// The namespaces as the page for a browser shows them: first those where label and webhook
// disagree, then those with a label, then the others, each by name; beyond kMostNamespaceRows only
// counted. `selector` and `ignored` as in FindDrift(). Pure, any thread.
ui::NamespacesPart ShowNamespaces(
    const std::vector<std::pair<std::string, std::shared_ptr<const NamespaceView>>>& namespaces,
    const kubetypes::LabelSelector* selector, const std::vector<std::string>& ignored);

}  // namespace sidecar::controller
