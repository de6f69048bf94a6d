#include "controller/config_maps.h"

#include <utility>

#include <nlohmann/json.hpp>

namespace sidecar::controller {

namespace {

Error Missing(const ConfigMapNames& names, const ConfigMapKey& which, const ConfigMapState& state) {
  const std::string name = "ConfigMap " + names.namespace_name + '/' + which.name;
  if (!state.exists) return {ErrorCode::kNotFound, name + " does not exist"};
  return {ErrorCode::kInvalidArgument, name + " has no key \"" + which.key + '"'};
}

}  // namespace

ConfigMapState ReadConfigMap(const Json& object, const std::string& key) {
  ConfigMapState state{.known = true,
                       .exists = true,
                       .existed = true,
                       .uid = StringField(object, "metadata.uid"),
                       .resource_version = StringField(object, "metadata.resourceVersion"),
                       .text = {}};
  // Keys may hold dots.
  const Json* const data = FindField(object, "data");
  if (data == nullptr || !data->is_object()) return state;
  const auto text = data->find(key);
  if (text != data->end() && text->is_string()) state.text = text->get<std::string>();
  return state;
}

ConfigMapChoice ChooseConfig(const ConfigMapNames& names, const ConfigMapState& inject,
                             const ConfigMapState& mesh, const std::string* fallback) {
  ConfigMapChoice choice;
  choice.wait = !inject.known || !mesh.known;
  if (choice.wait) return choice;
  webhook::InjectionTexts texts;
  if (inject.text.has_value()) {
    texts.config = *inject.text;
  } else if (fallback != nullptr && !inject.existed) {
    texts.config = *fallback;
  } else {
    choice.texts = Missing(names, names.inject, inject);
    return choice;
  }
  if (mesh.text.has_value()) {
    texts.mesh = *mesh.text;
  } else if (fallback == nullptr || mesh.existed) {
    choice.texts = Missing(names, names.mesh, mesh);
    return choice;
  }
  choice.texts = std::move(texts);
  return choice;
}

}  // namespace sidecar::controller
