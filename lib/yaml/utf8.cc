#include "lib/yaml/utf8.h"

#include <cstring>

namespace sidecar::yaml {
namespace {

constexpr char32_t kFirstSurrogate = 0xD800;
constexpr char32_t kLastSurrogate = 0xDFFF;
constexpr char32_t kLastRune = 0x10FFFF;

unsigned Byte(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

bool IsContinuation(std::string_view text, std::size_t at) {
  return at < text.size() && (Byte(text, at) & 0xC0U) == 0x80U;
}

}  // namespace

Rune DecodeRune(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  const unsigned first = Byte(text, at);
  if (first < 0x80U) return {first, 1};
  const Rune invalid{kReplacementCharacter, 1};
  std::uint32_t width = 0;
  char32_t value = 0;
  char32_t least = 0;
  if ((first & 0xE0U) == 0xC0U) {
    width = 2, value = first & 0x1FU, least = 0x80;
  } else if ((first & 0xF0U) == 0xE0U) {
    width = 3, value = first & 0x0FU, least = 0x800;
  } else if ((first & 0xF8U) == 0xF0U) {
    width = 4, value = first & 0x07U, least = 0x10000;
  } else {
    return invalid;
  }
  for (std::uint32_t i = 1; i < width; ++i) {
    if (!IsContinuation(text, at + i)) return invalid;
    value = (value << 6U) | (Byte(text, at + i) & 0x3FU);
  }
  const bool surrogate = value >= kFirstSurrogate && value <= kLastSurrogate;
  if (value < least || surrogate || value > kLastRune) return invalid;
  return {value, width};
}

std::size_t FirstNonAscii(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  std::size_t at = 0;
  for (; at + sizeof(std::uint64_t) <= text.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof(word));
    if ((word & kHighBits) != 0) break;
  }
  while (at < text.size() && Byte(text, at) < 0x80U) ++at;
  return at;
}

bool IsValidUtf8(std::string_view text) {
  for (std::size_t at = FirstNonAscii(text); at < text.size();) {
    const Rune rune = DecodeRune(text, at);
    if (rune.IsInvalid()) return false;
    at += rune.width;
  }
  return true;
}

void AppendRune(char32_t rune, std::string& out) {
  if (rune > kLastRune || (rune >= kFirstSurrogate && rune <= kLastSurrogate)) {
    rune = kReplacementCharacter;
  }
  const auto continuation = [](char32_t bits) { return static_cast<char>(0x80U | (bits & 0x3FU)); };
  if (rune < 0x80) {
    out += static_cast<char>(rune);
  } else if (rune < 0x800) {
    out += static_cast<char>(0xC0U | (rune >> 6U));
    out += continuation(rune);
  } else if (rune < 0x10000) {
    out += static_cast<char>(0xE0U | (rune >> 12U));
    out += continuation(rune >> 6U);
    out += continuation(rune);
  } else {
    out += static_cast<char>(0xF0U | (rune >> 18U));
    out += continuation(rune >> 12U);
    out += continuation(rune >> 6U);
    out += continuation(rune);
  }
}

std::string ReplaceInvalidUtf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Rune rune = DecodeRune(text, at);
    if (rune.IsInvalid()) {
      AppendRune(kReplacementCharacter, out);
    } else {
      out += text.substr(at, rune.width);
    }
    at += rune.width;
  }
  return out;
}

}  // namespace sidecar::yaml
