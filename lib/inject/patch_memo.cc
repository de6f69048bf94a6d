#include "lib/inject/patch_memo.h"

namespace sidecar::inject {

PatchMemo::Patch PatchMemo::Find(unsigned shape) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [known, patch] : patches_) {
    if (known == shape) return patch;
  }
  return nullptr;
}

void PatchMemo::Remember(unsigned shape, const Patch& patch) {
  if (Find(shape) != nullptr) return;
  const std::lock_guard lock(mutex_);
  if (patches_.size() < kMostShapes) patches_.emplace_back(shape, patch);
}

}  // namespace sidecar::inject
