#include "controller/json_field.h"

#include <nlohmann/json.hpp>

namespace sidecar::controller {

const Json* FindField(const Json& object, std::string_view path) {
  const Json* value = &object;
  while (!path.empty()) {
    const std::string_view key = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(key.size() + 1, path.size()));
    if (!value->is_object()) return nullptr;
    const auto member = value->find(key);
    if (member == value->end()) return nullptr;
    value = &*member;
  }
  return value;
}

std::string StringField(const Json& object, std::string_view path) {
  const Json* const value = FindField(object, path);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

}  // namespace sidecar::controller
