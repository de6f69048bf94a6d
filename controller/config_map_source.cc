#include "controller/config_map_source.h"

#include <memory>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/kube/protocol/resources.h"

namespace sidecar::controller {

ConfigMapSource::ConfigMapSource(Options options, webhook::InjectionConfiguration& configuration,
                                 EventSink events)
    : options_(std::move(options)), configuration_(configuration), events_(std::move(events)) {}

kube::ReflectorOptions ConfigMapSource::ReflectorFor(const ConfigMapKey& which) const {
  kube::ReflectorOptions options;
  options.resource = kube::kConfigMaps;
  options.ns = options_.names.namespace_name;
  options.field_selector = "metadata.name=" + which.name;
  return options;
}

kube::ReflectorSink ConfigMapSource::SinkFor(const ConfigMapKey& which, ConfigMapState& state) {
  // A server that does not know the field selector would report others.
  const auto is_it = [name = which.name](const Json& object) {
    return StringField(object, "metadata.name") == name;
  };
  const auto put = [this, &state](ConfigMapState seen) {
    seen.existed = seen.exists || state.existed;
    state = std::move(seen);
    Update();
  };
  const auto aside = std::make_shared<ConfigMapState>();
  kube::ReflectorSink sink;
  sink.list_started = [aside] { *aside = {.known = true}; };
  sink.listed = [aside, is_it, key = which.key](const Json& object) -> Result<void> {
    if (is_it(object)) *aside = ReadConfigMap(object, key);
    return {};
  };
  sink.replaced = [aside, put] { put(std::exchange(*aside, {})); };
  sink.changed = [is_it, put, key = which.key](kube::WatchEventType type,
                                               const Json& object) -> Result<void> {
    if (!is_it(object)) return {};
    if (type == kube::WatchEventType::kDeleted) {
      put({.known = true});
    } else {
      put(ReadConfigMap(object, key));
    }
    return {};
  };
  return sink;
}

void ConfigMapSource::Update() {
  const std::string* const fallback = options_.fallback.has_value() ? &*options_.fallback : nullptr;
  const ConfigMapChoice choice = ChooseConfig(options_.names, inject_, mesh_, fallback);
  if (choice.wait) return;
  if (choice.texts.has_value()) {
    configuration_.Offer(*choice.texts);
  } else {
    configuration_.Unavailable(choice.texts.error());
  }
  const auto problem = configuration_.problem();
  if (problem.has_value() && problem->message == reported_) return;
  if (problem.has_value()) {
    ReportProblem();
  } else if (!std::exchange(reported_, {}).empty()) {
    events_({kube::kConfigMaps, options_.names.namespace_name, options_.names.inject.name,
             inject_.uid, false, "ConfigurationInUse", "the configuration is in use again"});
  }
}

void ConfigMapSource::ReportProblem() {
  const auto problem = configuration_.problem();
  if (!problem.has_value()) return;
  reported_ = problem->message;
  // As MakeInjectionSnapshot words it.
  const bool is_mesh = problem->message.starts_with("mesh configuration");
  const ConfigMapState& state = is_mesh ? mesh_ : inject_;
  if (!state.exists) return;  // There is nothing to tell it about.
  const std::string remark = configuration_.published().Get() == nullptr
                                 ? "nothing can be injected: "
                                 : "the last good configuration stays in use: ";
  events_({kube::kConfigMaps, options_.names.namespace_name,
           is_mesh ? options_.names.mesh.name : options_.names.inject.name, state.uid, true,
           "InvalidConfiguration", remark + problem->message});
}

}  // namespace sidecar::controller
