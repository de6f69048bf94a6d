#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/inject/compat.h"
#include "lib/inject/renderer.h"

namespace sidecar::webhook {

// Everything an admission depends on besides the request. Immutable but for the renderer's cache;
// published whole, so that one request sees one configuration.
struct InjectionSnapshot {
  std::uint64_t generation = 0;  // Counts the configurations since the start, from 1.
  std::string config_hash;       // SHA-256 of the injection configuration's text.
  std::string mesh_hash;         // SHA-256 of the mesh configuration's text.
  std::vector<std::string> warnings;
  std::shared_ptr<inject::Renderer> renderer;  // Thread-safe. Knows policy, version and compat.
};

struct InjectionTexts {
  std::string config;  // {policy, template}
  std::string mesh;    // MeshConfig; empty for the defaults.
};

// Compiles both texts. Errors say which of the two is wrong and where. Templates may take nothing
// from outside, so that equal pods get equal answers: AnswerMemo relies on it. Pure.
Result<std::shared_ptr<const InjectionSnapshot>> MakeInjectionSnapshot(const InjectionTexts& texts,
                                                                       inject::Compat compat,
                                                                       std::uint64_t generation);

struct SampleFailure {
  std::string message;
  // The template fails whatever the pod: it names a field that does not exist, or prints what is no
  // pod spec. Otherwise it may insist on something the sample does not have, an annotation say.
  bool is_of_template = false;
};

// Renders the template for an ordinary pod, as a ReplicaSet makes it; nothing where that works.
// `is_late`, if given, is asked now and then; true is a failure of the template.
std::optional<SampleFailure> TrySampleInjection(const InjectionSnapshot& snapshot,
                                                const std::function<bool()>& is_late = {});

}  // namespace sidecar::webhook
