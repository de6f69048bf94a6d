#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace sidecar::inject {

// The patches that one rendering became, as they are sent, by the shape of the pods they are for:
// pods of one workload have the same, so nearly all of their patches are made once. Thread-safe.
class PatchMemo {
 public:
  using Patch = std::shared_ptr<const std::string>;

  // More shapes than that come from no workload; they are not remembered.
  static constexpr std::size_t kMostShapes = 4;

  // Null where none is remembered.
  Patch Find(unsigned shape) const;
  void Remember(unsigned shape, const Patch& patch);

 private:
  mutable std::mutex mutex_;
  std::vector<std::pair<unsigned, Patch>> patches_;
};

}  // namespace sidecar::inject
