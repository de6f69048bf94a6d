#pragma once

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "controller/json_field.h"
#include "lib/base/utf8.h"
#include "lib/yaml/convert.h"

namespace sidecar::controller {

// The schema of crds/`file`, as far as our statuses use it: an API server drops fields that it does
// not name and refuses values that it does not admit.
inline Json SchemaOf(const std::string& file) {
  std::ifstream stream(SIDECAR_CRD_FOLDER "/" + file);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  const auto json = yaml::YamlToJson(text, yaml::Strictness::kStrict);
  EXPECT_TRUE(json.has_value()) << file;
  return Json::parse(*json)["spec"]["versions"][0]["schema"]["openAPIV3Schema"];
}

// What an API server would drop or refuse; empty: nothing. Empty texts and lists are refused by
// some: see controller/condition.h.
inline std::string SchemaBreach(const Json& schema, const Json& value,
                                const std::string& path = "") {
  const std::string type = schema["type"];
  if (type == "object") {
    if (!value.is_object()) return path + ": no object";
    if (path == ".metadata") return {};
    for (const auto& [key, member] : value.items()) {
      if (!schema["properties"].contains(key)) return path + '.' + key + ": unknown";
      const std::string breach = SchemaBreach(schema["properties"][key], member, path + '.' + key);
      if (!breach.empty()) return breach;
    }
    for (const auto& key : schema.value("required", Json::array())) {
      if (!value.contains(key)) return path + '.' + key.get<std::string>() + ": missing";
    }
    return {};
  }
  if (type == "array") {
    if (!value.is_array()) return path + ": no list";
    if (value.empty()) return path + ": empty";
    if (value.size() > schema.value("maxItems", value.size())) return path + ": too long";
    for (const Json& item : value) {
      const std::string breach = SchemaBreach(schema["items"], item, path + "[]");
      if (!breach.empty()) return breach;
    }
    return {};
  }
  if (type == "integer") return value.is_number_integer() ? "" : path + ": no integer";
  if (type == "boolean") return value.is_boolean() ? "" : path + ": no boolean";
  if (!value.is_string()) return path + ": no text";
  const std::string text = value;
  if (text.empty()) return path + ": empty";
  if (RuneCount(text) > schema.value("maxLength", text.size())) return path + ": too long";
  const Json choices = schema.value("enum", Json::array({value}));
  if (std::find(choices.begin(), choices.end(), value) == choices.end()) return path + ": " + text;
  constexpr std::size_t kTimeLength = sizeof "2018-01-31T00:00:00Z" - 1;
  const bool is_time = schema.value("format", "") == "date-time";
  if (is_time && (text.size() != kTimeLength || text.back() != 'Z')) return path + ": " + text;
  return {};
}

}  // namespace sidecar::controller
