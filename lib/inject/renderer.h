#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "lib/base/arena.h"
#include "lib/base/result.h"
#include "lib/inject/config.h"
#include "lib/inject/rendered.h"
#include "lib/inject/workload.h"
#include "lib/kubetypes/mesh_config.h"

namespace sidecar::inject {

// Executes a configuration's template for pods.
//
// Pods of one workload render the same text, so decoded results are kept by what was rendered, the
// least recently used ones dropped beyond kCacheEntries. Thread-safe.
class Renderer {
 public:
  static constexpr std::size_t kCacheEntries = 16;

  Renderer(std::shared_ptr<const Config> config, std::shared_ptr<const kubetypes::MeshConfig> mesh,
           Rendered::Use use = Rendered::Use::kDocument);

  // Memory of the execution is taken from `arena`; the result does not depend on it. The pod's
  // annotations must have been validated. Errors name the place in the template.
  struct Options {
    // If given, asked now and then; true ends the work with kDeadlineExceeded.
    std::function<bool()> is_late;
    // If given, becomes true where the template fails for this pod and may work for others.
    bool* depends_on_pod = nullptr;
    // If given, gets what the template printed, also where that is no spec.
    std::string* text = nullptr;
  };
  Result<std::shared_ptr<const Rendered>> Render(const PodParts& pod, Arena& arena,
                                                 const Options& options);
  Result<std::shared_ptr<const Rendered>> Render(const PodParts& pod, Arena& arena) {
    return Render(pod, arena, Options());
  }

  const Config& config() const { return *config_; }

  // The same with a memory of its own, for whoever shall not push out what this one remembers.
  std::shared_ptr<Renderer> WithOwnMemory() const {
    return std::make_shared<Renderer>(config_, mesh_, use_);
  }

 private:
  using Entry = std::pair<std::string, std::shared_ptr<const Rendered>>;

  std::shared_ptr<const Rendered> Lookup(std::string_view key);
  void Remember(std::string key, const std::shared_ptr<const Rendered>& rendered);

  const std::shared_ptr<const Config> config_;
  const std::shared_ptr<const kubetypes::MeshConfig> mesh_;
  const Rendered::Use use_;

  std::mutex mutex_;          // Guards what follows.
  std::list<Entry> entries_;  // Most recently used first.
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;
};

}  // namespace sidecar::inject
