#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sidecar {

// `one == other`, for texts that are mostly short and mostly equal in length, as keys are: a call
// of memcmp takes longer than the comparison.
inline bool SameText(std::string_view one, std::string_view other) {
  constexpr std::size_t kShort = 64;
  const auto same_at = [&]<class Word>(std::size_t at, Word word) {
    Word wanted{};
    std::memcpy(&word, one.data() + at, sizeof(Word));
    std::memcpy(&wanted, other.data() + at, sizeof(Word));
    return word == wanted;
  };
  const std::size_t size = one.size();
  if (size != other.size()) return false;
  if (size > kShort) return one == other;
  if (size >= sizeof(std::uint64_t)) {
    const std::size_t last = size - sizeof(std::uint64_t);
    for (std::size_t at = 0; at < last; at += sizeof(std::uint64_t)) {
      if (!same_at(at, std::uint64_t{})) return false;
    }
    return same_at(last, std::uint64_t{});
  }
  if (size >= sizeof(std::uint32_t)) {
    return same_at(0, std::uint32_t{}) && same_at(size - sizeof(std::uint32_t), std::uint32_t{});
  }
  for (std::size_t at = 0; at < size; ++at) {
    if (one[at] != other[at]) return false;
  }
  return true;
}

}  // namespace sidecar
