#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/yaml/node.h"

// Selection of objects by their labels: metav1.LabelSelector. Pure, any thread.

namespace sidecar::kubetypes {

using Labels = std::map<std::string, std::string, std::less<>>;

// The labels in a `metadata`; those that are no strings are left out, as no API server has them.
Labels ReadLabels(const yaml::Node* metadata);

struct LabelRequirement {
  enum class Operator : std::uint8_t { kIn, kNotIn, kExists, kDoesNotExist };

  std::string key;
  Operator op = Operator::kExists;
  std::vector<std::string> values;  // Of kIn and kNotIn.
};

// All requirements must hold. Without any it selects everything.
struct LabelSelector {
  std::vector<LabelRequirement> requirements;

  // As LabelSelectorAsSelector of apimachinery: an object that lacks the key satisfies kNotIn.
  bool Matches(const Labels& labels) const;

  // The first requirement that does not hold; null if all do.
  const LabelRequirement* FirstUnmet(const Labels& labels) const;
};

// Reads {matchLabels, matchExpressions}; null and {} select everything. Errors are
// kInvalidArgument and name the expression.
Result<LabelSelector> ParseLabelSelector(const yaml::Node& selector);

// As kubectl's --selector takes it: "app=web,tier in (a,b),!legacy".
std::string ToString(const LabelRequirement& requirement);
std::string ToString(const LabelSelector& selector);

}  // namespace sidecar::kubetypes
