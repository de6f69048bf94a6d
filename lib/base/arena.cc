#include "lib/base/arena.h"

#include <algorithm>
#include <cstring>

namespace sidecar {
namespace {

// Each block is twice the last, so that a large document costs few calls.
constexpr std::size_t kLargestBlockBytes = 1U << 20U;

}  // namespace

void* Arena::AllocateSlowly(std::size_t bytes, std::size_t alignment) {
  if (bytes > limit_ || reserved_ > limit_ - bytes) throw ArenaLimitExceeded();
  const std::size_t usual =
      blocks_.empty() ? first_block_bytes_ : std::min(blocks_.back().size * 2, kLargestBlockBytes);
  const std::size_t size = std::max(std::min(usual, limit_ - reserved_), bytes + alignment);
  blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
  reserved_ += size;
  next_ = blocks_.back().memory.get();
  end_ = next_ + size;
  return Allocate(bytes, alignment);
}

std::string_view Arena::Copy(std::string_view text) {
  if (text.empty()) return {};
  char* const copy = static_cast<char*>(Allocate(text.size(), 1));
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

void Arena::Reset() {
  if (blocks_.empty()) return;
  blocks_.resize(1);
  next_ = blocks_.front().memory.get();
  end_ = next_ + blocks_.front().size;
  reserved_ = blocks_.front().size;
}

}  // namespace sidecar
