#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/json_field.h"
#include "lib/base/result.h"
#include "webhook/injection_snapshot.h"

// Which injection configuration the ConfigMaps of the control namespace make. Pure, any thread.

namespace sidecar::controller {

// A ConfigMap and the key of its `data` that counts.
struct ConfigMapKey {
  std::string name;
  std::string key;
};

// What is known of one.
struct ConfigMapState {
  bool known = false;  // The API server has been asked.
  bool exists = false;
  bool existed = false;  // At some time; set by the caller.
  std::string uid{};
  std::string resource_version{};
  std::optional<std::string> text{};  // Absent: it lacks the key.
};

ConfigMapState ReadConfigMap(const Json& object, const std::string& key);

// The places to look at.
struct ConfigMapNames {
  std::string namespace_name = "istio-system";
  ConfigMapKey inject{"istio-inject", "config"};
  ConfigMapKey mesh{"istio", "mesh"};
};

struct ConfigMapChoice {
  bool wait = false;  // Not everything has been read yet.
  // An error where something is missing that is not in use already; it names the ConfigMap.
  Result<webhook::InjectionTexts> texts = webhook::InjectionTexts{};
};

// `fallback` is what --defaultConfig selects, null where nothing is: it stands in for ConfigMaps
// that have never existed, beside the mesh's defaults. One that was deleted has no stand-in, so
// that what is in use stays.
ConfigMapChoice ChooseConfig(const ConfigMapNames& names, const ConfigMapState& inject,
                             const ConfigMapState& mesh, const std::string* fallback);

}  // namespace sidecar::controller
