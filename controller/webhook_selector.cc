#include "controller/webhook_selector.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "lib/base/arena.h"
#include "lib/yaml/json.h"

namespace sidecar::controller {

namespace {

using kubetypes::LabelRequirement;
using kubetypes::LabelSelector;
using Operator = LabelRequirement::Operator;

// The API server accepts objects of 3 MiB.
constexpr std::size_t kMostSelectorBytes = std::size_t{8} << 20U;

Result<LabelSelector> ReadSelector(const Json& webhook, const char* field) {
  const Json* const selector = FindField(webhook, field);
  if (selector == nullptr) return LabelSelector{};
  Arena arena(kMostSelectorBytes);
  const std::string text = selector->dump(-1, ' ', false, Json::error_handler_t::replace);
  auto node = yaml::ParseJson(text, arena);
  if (!node.has_value()) return std::move(node).error().Annotate(field);
  auto parsed = kubetypes::ParseLabelSelector(*node);
  if (!parsed.has_value()) return std::move(parsed).error().Annotate(field);
  return parsed;
}

bool Lists(const LabelRequirement& requirement, const std::string& value) {
  return std::find(requirement.values.begin(), requirement.values.end(), value) !=
         requirement.values.end();
}

// Whether some value, or the key's absence, satisfies all requirements on one key.
bool IsSatisfiable(const std::vector<const LabelRequirement*>& requirements) {
  const auto has = [&](Operator op) {
    return std::any_of(requirements.begin(), requirements.end(),
                       [op](const auto* requirement) { return requirement->op == op; });
  };
  const bool must_exist = has(Operator::kIn) || has(Operator::kExists);
  if (has(Operator::kDoesNotExist)) return !must_exist;
  const auto first_in =
      std::find_if(requirements.begin(), requirements.end(),
                   [](const auto* requirement) { return requirement->op == Operator::kIn; });
  if (first_in == requirements.end()) return true;  // There are more values than could be listed.
  return std::any_of(
      (*first_in)->values.begin(), (*first_in)->values.end(), [&](const std::string& value) {
        return std::all_of(requirements.begin(), requirements.end(), [&](const auto* other) {
          if (other->op == Operator::kIn) return Lists(*other, value);
          return other->op != Operator::kNotIn || !Lists(*other, value);
        });
      });
}

}  // namespace

Result<WebhookSelectors> ReadSelectors(const Json& webhook) {
  WebhookSelectors selectors;
  ASSIGN_OR_RETURN(selectors.namespaces, ReadSelector(webhook, "namespaceSelector"));
  ASSIGN_OR_RETURN(selectors.objects, ReadSelector(webhook, "objectSelector"));
  return selectors;
}

std::optional<std::string> Contradiction(const LabelSelector& selector) {
  std::map<std::string_view, std::vector<const LabelRequirement*>> by_key;
  for (const LabelRequirement& requirement : selector.requirements) {
    by_key[requirement.key].push_back(&requirement);
  }
  for (const auto& [key, requirements] : by_key) {
    if (IsSatisfiable(requirements)) continue;
    std::string text;
    for (const LabelRequirement* const requirement : requirements) {
      if (!text.empty()) text += " and ";
      text += ToString(*requirement);
    }
    return text + " cannot hold together";
  }
  return std::nullopt;
}

}  // namespace sidecar::controller
