#pragma once

#include <cstring>
#include <span>
#include <type_traits>

#include "lib/base/arena.h"

namespace sidecar::yaml {

// A copy that lives as long as the arena. Throws ArenaLimitExceeded.
template <class T>
std::span<const T> CopyToArena(std::span<T> values, Arena& arena) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (values.empty()) return {};
  void* const copy = arena.Allocate(values.size_bytes(), alignof(T));
  std::memcpy(copy, values.data(), values.size_bytes());
  return {static_cast<const T*>(copy), values.size()};
}

}  // namespace sidecar::yaml
