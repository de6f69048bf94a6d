#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace sidecar {

// Thrown by an Arena that was asked for more than its limit. Code that fills arenas from outside
// input lets it rise to its API function, which turns it into an Error.
class ArenaLimitExceeded : public std::bad_alloc {
 public:
  const char* what() const noexcept override { return "memory limit exceeded"; }
};

// Memory that is handed out piece by piece and taken back all at once.
//
// Everything a request or a document needs (parsed nodes, typed values, texts) is allocated here,
// is trivially destructible, and dies with the arena or at its next Reset. What points into an
// arena never outlives it. The limit bounds the bytes handed out, in total, since the last Reset.
//
// Not thread-safe: one arena serves one request, document or execution at a time.
class Arena {
 public:
  static constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

  // Holds a usual document.
  static constexpr std::size_t kFirstBlockBytes = std::size_t{16} << 10U;

  explicit Arena(std::size_t limit_bytes = kUnlimited,
                 std::size_t first_block_bytes = kFirstBlockBytes)
      : limit_(limit_bytes), first_block_bytes_(first_block_bytes) {}

  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Throws ArenaLimitExceeded.
  void* Allocate(std::size_t bytes, std::size_t alignment = alignof(std::max_align_t)) {
    const std::size_t padding = -reinterpret_cast<std::uintptr_t>(next_) & (alignment - 1);
    if (bytes + padding > static_cast<std::size_t>(end_ - next_)) {
      return AllocateSlowly(bytes, alignment);
    }
    char* const start = next_ + padding;
    next_ = start + bytes;
    return start;
  }

  template <class T, class... Args>
  T* New(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (Allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
  }

  // `count` value-initialised elements.
  template <class T>
  std::span<T> NewArray(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    // NOLINTNEXTLINE(bugprone-sizeof-expression): T may be a pointer
    constexpr std::size_t kSize = sizeof(T);
    if (count > kUnlimited / kSize / 2) throw ArenaLimitExceeded();
    T* const first = static_cast<T*>(Allocate(count * kSize, alignof(T)));
    std::uninitialized_value_construct_n(first, count);
    return {first, count};
  }

  std::string_view Copy(std::string_view text);

  // Takes everything back, keeping the first block for what comes next.
  void Reset();

  // Bytes of the blocks taken from the heap since the last Reset, the kept one included.
  std::size_t bytes_reserved() const { return reserved_; }

 private:
  struct Block {
    std::unique_ptr<char[]> memory;
    std::size_t size;
  };

  void* AllocateSlowly(std::size_t bytes, std::size_t alignment);

  char* next_ = nullptr;
  char* end_ = nullptr;
  std::size_t reserved_ = 0;
  std::size_t limit_;
  std::size_t first_block_bytes_;
  std::vector<Block> blocks_;
};

}  // namespace sidecar
