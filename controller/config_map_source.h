#pragma once

#include <optional>
#include <string>

#include "controller/config_maps.h"
#include "controller/event_note.h"
#include "lib/base/log.h"
#include "lib/kube/reflector.h"
#include "webhook/injection_configuration.h"

namespace sidecar::controller {

// Puts to use what two ConfigMaps say, as their reflectors report it: each change at once, whole or
// not at all. Of a bad one, an Event on the ConfigMap tells what is wrong where.
//
// Everything belongs to the strand of the reflectors, which is one and the same.
class ConfigMapSource {
 public:
  struct Options {
    ConfigMapNames names;
    std::optional<std::string> fallback;  // The text that --defaultConfig selects.
  };

  // What is passed outlives the sinks.
  ConfigMapSource(Options options, webhook::InjectionConfiguration& configuration,
                  EventSink events);

  // One for each of the two.
  kube::ReflectorOptions InjectReflector() const { return ReflectorFor(options_.names.inject); }
  kube::ReflectorOptions MeshReflector() const { return ReflectorFor(options_.names.mesh); }
  kube::ReflectorSink InjectSink() { return SinkFor(options_.names.inject, inject_); }
  kube::ReflectorSink MeshSink() { return SinkFor(options_.names.mesh, mesh_); }

  // Both have been asked for.
  bool HasSynced() const { return inject_.known && mesh_.known; }

  // As it was last seen.
  const ConfigMapState& inject() const { return inject_; }

  // Writes the Event again about what is wrong now, if anything is: for who becomes leader.
  void ReportProblem();

 private:
  kube::ReflectorOptions ReflectorFor(const ConfigMapKey& which) const;
  kube::ReflectorSink SinkFor(const ConfigMapKey& which, ConfigMapState& state);
  void Update();

  const Options options_;
  webhook::InjectionConfiguration& configuration_;
  const EventSink events_;
  ConfigMapState inject_;
  ConfigMapState mesh_;
  std::string reported_;  // The problem that the last Event told.
};

}  // namespace sidecar::controller
