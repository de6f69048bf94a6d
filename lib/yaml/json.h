#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "lib/base/arena.h"
#include "lib/base/result.h"
#include "lib/yaml/node.h"

// JSON texts as Go's encoding/json reads and writes them. Pure, any thread.
namespace sidecar::yaml {

struct JsonLimits {
  // Nested arrays and objects. encoding/json allows 10000; fewer, so that what walks the tree by
  // recursion is safe on any stack.
  std::size_t depth = 1000;
  std::size_t bytes = std::size_t{1} << 30U;
};

// The value of `text`, as json.Unmarshal into an interface{} sees it, but integers stay integers
// (kInt, kUint) when written without fraction and exponent, and numbers keep their literal. Invalid
// UTF-8 and lone surrogates become U+FFFD. The tree lies in `arena`; `text` may go.
//
// Errors are kInvalidArgument with encoding/json's texts: of the scanner ("invalid character 'x'
// looking for beginning of value", "unexpected end of JSON input"), and for numbers beyond float64.
Result<Node> ParseJson(std::string_view text, Arena& arena, JsonLimits limits = {});

// As ParseJson, without a copy: the tree refers to `text`, which must outlive it.
Result<Node> ParseJsonInPlace(std::string_view text, Arena& arena, JsonLimits limits = {});

struct JsonStyle {
  bool sort_keys = true;    // As maps are written; otherwise in the members' order.
  bool escape_html = true;  // <, > and & as \u003c, \u003e, \u0026.
  std::string_view
      indent;  // Where not empty: as json.MarshalIndent with this indent and no prefix.
};

// Appends what json.Marshal of the newest Go writes for the value. Numbers that were read by
// ParseJson are written anew from their value.
void WriteJson(const Node& node, std::string& out);
void WriteJson(const Node& node, std::string& out, const JsonStyle& style);

// Appends `text` as a JSON string in quotes, as json.Marshal does.
void WriteJsonString(std::string_view text, std::string& out, bool escape_html = true);

}  // namespace sidecar::yaml
