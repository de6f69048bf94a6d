#pragma once

#include <cstdint>
#include <memory>
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

// Compiles both texts. Errors say which of the two is wrong and where. Pure.
Result<std::shared_ptr<const InjectionSnapshot>> MakeInjectionSnapshot(const InjectionTexts& texts,
                                                                       inject::Compat compat,
                                                                       std::uint64_t generation);

// Renders the template for an ordinary pod. An error need not mean that the template is wrong: it
// may insist on an annotation or a label.
Result<void> TrySampleInjection(const InjectionSnapshot& snapshot);

}  // namespace sidecar::webhook
