#pragma once

#include <cstddef>

#include "lib/base/arena.h"

namespace sidecar::gotemplate::funcs {

// Computing that leaves nothing behind is paid for like memory, before it is done: a template that
// keeps a function busy without end runs out of its arena. The price is in bytes that the arena
// could hand out in about the same time. Nothing is paid where there is no arena. Throws
// ArenaLimitExceeded.
inline void PayForWork(Arena* arena, std::size_t bytes) {
  if (arena != nullptr) arena->Allocate(bytes, 1);
}

}  // namespace sidecar::gotemplate::funcs
