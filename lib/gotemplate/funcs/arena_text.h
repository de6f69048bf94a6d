#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "lib/base/arena.h"

namespace sidecar::gotemplate::funcs {

// A text that grows in an arena, so that the arena's limit bounds what a hostile template can make
// a function build. Not thread-safe.
class ArenaText {
 public:
  explicit ArenaText(Arena& arena, std::size_t expected_bytes = 0)
      : arena_(&arena),
        capacity_(std::max(kLeast, expected_bytes)),
        data_(static_cast<char*>(arena.Allocate(capacity_, 1))) {}

  void Append(std::string_view text) {
    if (text.size() > capacity_ - size_) Grow(text.size());
    size_ += text.copy(data_ + size_, text.size());
  }

  void Append(char byte) {
    if (size_ == capacity_) Grow(1);
    data_[size_++] = byte;
  }

  // As Go's utf8.AppendRune: what is not a valid rune is written as U+FFFD.
  void AppendRune(char32_t rune);

  std::size_t size() const { return size_; }
  // Valid as long as the arena, whatever is appended later.
  std::string_view text() const { return {data_, size_}; }

 private:
  static constexpr std::size_t kLeast = 32;

  void Grow(std::size_t more) {
    if (more > Arena::kUnlimited / 4 - size_) throw ArenaLimitExceeded();
    const std::size_t grown = std::max(size_ + more, size_ * 2);
    char* const moved = static_cast<char*>(arena_->Allocate(grown, 1));
    text().copy(moved, size_);
    data_ = moved;
    capacity_ = grown;
  }

  Arena* arena_;
  std::size_t capacity_;
  char* data_;
  std::size_t size_ = 0;
};

}  // namespace sidecar::gotemplate::funcs
