#include "lib/kubetypes/label_selector.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lib/base/join.h"

namespace sidecar::kubetypes {
namespace {

using Operator = LabelRequirement::Operator;

constexpr std::array<std::pair<std::string_view, Operator>, 4> kOperators = {{
    {"In", Operator::kIn},
    {"NotIn", Operator::kNotIn},
    {"Exists", Operator::kExists},
    {"DoesNotExist", Operator::kDoesNotExist},
}};

bool IsMet(const LabelRequirement& requirement, const Labels& labels) {
  const auto label = labels.find(requirement.key);
  const bool is_there = label != labels.end();
  const auto is_listed = [&] {
    const auto& values = requirement.values;
    return is_there && std::find(values.begin(), values.end(), label->second) != values.end();
  };
  switch (requirement.op) {
    case Operator::kIn: return is_listed();
    case Operator::kNotIn: return !is_listed();
    case Operator::kExists: return is_there;
    case Operator::kDoesNotExist: return !is_there;
  }
  return false;
}

Error Invalid(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Result<LabelRequirement> ParseExpression(const yaml::Node& expression) {
  const yaml::Node* const key = expression.Find("key");
  if (key == nullptr || key->AsString().empty()) {
    return Invalid("an entry of matchExpressions has no key");
  }
  LabelRequirement requirement{.key = std::string(key->AsString()), .op = {}, .values = {}};
  const yaml::Node* const name = expression.Find("operator");
  const std::string_view wanted = name == nullptr ? std::string_view() : name->AsString();
  const auto* const known = std::find_if(kOperators.begin(), kOperators.end(),
                                         [&](const auto& entry) { return entry.first == wanted; });
  if (known == kOperators.end()) {
    return Invalid("matchExpressions of key \"" + requirement.key + "\": operator \"" +
                   std::string(wanted) + "\" is none of In, NotIn, Exists, DoesNotExist");
  }
  requirement.op = known->second;
  if (const yaml::Node* const values = expression.Find("values"); values != nullptr) {
    for (const yaml::Node& value : values->AsSequence()) {
      requirement.values.emplace_back(value.AsString());
    }
  }
  const bool takes_values = requirement.op == Operator::kIn || requirement.op == Operator::kNotIn;
  if (takes_values == requirement.values.empty()) {
    return Invalid("matchExpressions of key \"" + requirement.key + "\": operator " +
                   std::string(wanted) + (takes_values ? " needs values" : " takes no values"));
  }
  return requirement;
}

}  // namespace

Labels ReadLabels(const yaml::Node* metadata) {
  Labels labels;
  const yaml::Node* const node = metadata == nullptr ? nullptr : metadata->Find("labels");
  if (node == nullptr) return labels;
  for (const yaml::Member& member : node->AsMapping()) {
    if (member.value.IsString()) labels.emplace(member.key, member.value.AsString());
  }
  return labels;
}

bool LabelSelector::Matches(const Labels& labels) const {
  return FirstUnmet(labels) == nullptr;
}

const LabelRequirement* LabelSelector::FirstUnmet(const Labels& labels) const {
  const auto unmet =
      std::find_if_not(requirements.begin(), requirements.end(),
                       [&](const auto& requirement) { return IsMet(requirement, labels); });
  return unmet == requirements.end() ? nullptr : &*unmet;
}

Result<LabelSelector> ParseLabelSelector(const yaml::Node& selector) {
  LabelSelector parsed;
  if (const yaml::Node* const labels = selector.Find("matchLabels"); labels != nullptr) {
    for (const yaml::Member& member : labels->AsMapping()) {
      parsed.requirements.push_back({.key = std::string(member.key),
                                     .op = Operator::kIn,
                                     .values = {std::string(member.value.AsString())}});
    }
  }
  if (const yaml::Node* const expressions = selector.Find("matchExpressions");
      expressions != nullptr) {
    for (const yaml::Node& expression : expressions->AsSequence()) {
      ASSIGN_OR_RETURN(LabelRequirement requirement, ParseExpression(expression));
      parsed.requirements.push_back(std::move(requirement));
    }
  }
  return parsed;
}

std::string ToString(const LabelRequirement& requirement) {
  switch (requirement.op) {
    case Operator::kIn:
      if (requirement.values.size() == 1) return requirement.key + '=' + requirement.values[0];
      return requirement.key + " in (" + Join(requirement.values, ",") + ')';
    case Operator::kNotIn:
      if (requirement.values.size() == 1) return requirement.key + "!=" + requirement.values[0];
      return requirement.key + " notin (" + Join(requirement.values, ",") + ')';
    case Operator::kExists: return requirement.key;
    case Operator::kDoesNotExist: return '!' + requirement.key;
  }
  return requirement.key;
}

std::string ToString(const LabelSelector& selector) {
  std::vector<std::string> parts;
  parts.reserve(selector.requirements.size());
  for (const LabelRequirement& requirement : selector.requirements) {
    parts.push_back(ToString(requirement));
  }
  return Join(parts, ",");
}

}  // namespace sidecar::kubetypes
