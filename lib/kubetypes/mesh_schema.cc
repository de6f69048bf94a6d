#include "lib/kubetypes/mesh_schema.h"

#include <algorithm>

namespace sidecar::kubetypes {
namespace {

#include "lib/kubetypes/mesh_schema_table.inc"

}  // namespace

std::span<const MeshField> MeshFields() {
  return kFields;
}

bool IsMeshEnum(std::string_view type) {
  return std::any_of(std::begin(kEnumValues), std::end(kEnumValues),
                     [&](const MeshEnumValue& value) { return value.type == type; });
}

std::optional<std::string_view> MeshEnumName(std::string_view type, std::int32_t number) {
  for (const MeshEnumValue& value : kEnumValues) {
    if (value.type == type && value.number == number) return value.name;
  }
  return std::nullopt;
}

std::optional<std::int32_t> MeshEnumNumber(std::string_view type, std::string_view name) {
  for (const MeshEnumValue& value : kEnumValues) {
    if (value.type == type && value.name == name && !value.only_shown) return value.number;
  }
  return std::nullopt;
}

}  // namespace sidecar::kubetypes
