#include "lib/kube/protocol/json_fields.h"

#include <nlohmann/json.hpp>

namespace sidecar::kube {

std::string TextOf(const Json& object, const char* key) {
  const auto field = object.find(key);
  return field != object.end() && field->is_string() ? field->get<std::string>() : std::string();
}

std::int64_t NumberOf(const Json& object, const char* key) {
  const auto field = object.find(key);
  return field != object.end() && field->is_number_integer() ? field->get<std::int64_t>() : 0;
}

}  // namespace sidecar::kube
