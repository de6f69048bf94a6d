#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

// What Istio's mesh messages (MeshConfig, ProxyConfig) look like, release by release. Constant
// tables; any thread.
namespace sidecar::kubetypes {

// Ordered by age.
enum class MeshRelease : std::uint8_t { k0_5_0, k0_5_1, k0_6, k0_7, k0_8, k1_0 };

struct MeshField {
  std::string_view message;  // "MeshConfig", "ProxyConfig", "MeshConfig_OutboundTrafficPolicy".
  MeshRelease first;         // The releases that know the field, with this default.
  MeshRelease last;
  std::string_view name;          // As Go spells it.
  std::string_view json_name;     // lowerCamelCase.
  std::string_view type;          // In Go's syntax: "*duration.Duration", "[]string".
  std::string_view default_text;  // As a mesh file would say it; empty: the zero value.

  bool IsKnownTo(MeshRelease release) const { return first <= release && release <= last; }
};

struct MeshEnumValue {
  std::string_view type;  // In Go's syntax: "v1alpha1.AuthenticationPolicy".
  std::int32_t number;
  std::string_view name;
  bool only_shown;  // Of releases after 1.0: has a name when printed, but is not read by name.
};

// In the order in which messages print their fields, after filtering by release.
std::span<const MeshField> MeshFields();

bool IsMeshEnum(std::string_view type);
std::optional<std::string_view> MeshEnumName(std::string_view type, std::int32_t number);
std::optional<std::int32_t> MeshEnumNumber(std::string_view type, std::string_view name);

}  // namespace sidecar::kubetypes
