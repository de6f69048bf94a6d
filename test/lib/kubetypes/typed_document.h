#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/base/arena.h"
#include "lib/kubetypes/decode.h"
#include "lib/kubetypes/encode.h"
#include "lib/kubetypes/schema.h"
#include "lib/yaml/json.h"

namespace sidecar::kubetypes {

// A JSON text decoded into a type, for tests. The text's members count as YAML's: options.yaml.
struct TypedDocument {
  TypedDocument(std::string_view type, std::string_view json, DecodeOptions options = {}) {
    options.warnings = &warnings;
    options.failure = &failure;
    const Result<yaml::Node> node = yaml::ParseJson(json, arena);
    const Result<gotemplate::Value> decoded =
        Decode(node.value(), SchemaType(type), arena, options);
    if (decoded.has_value()) {
      value = *decoded;
    } else {
      error = decoded.error().message;
    }
  }

  std::string Json(const EncodeOptions& options = {}) {
    if (!error.empty()) return error;
    std::string out;
    yaml::JsonStyle style;
    style.sort_keys = false;
    yaml::WriteJson(Encode(value, arena, options), out, style);
    return out;
  }

  Arena arena;
  gotemplate::Value value;
  std::string error;
  std::vector<Warning> warnings;
  FailurePlace failure;
};

inline std::string DecodeAndEncode(std::string_view type, std::string_view json,
                                   const DecodeOptions& options = {}) {
  return TypedDocument(type, json, options).Json();
}

}  // namespace sidecar::kubetypes
