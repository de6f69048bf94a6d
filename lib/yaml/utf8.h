#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// UTF-8 as Go's unicode/utf8 reads it. Pure, any thread.
namespace sidecar::yaml {

inline constexpr char32_t kReplacementCharacter = 0xFFFD;

struct Rune {
  char32_t value = kReplacementCharacter;
  std::uint32_t width = 0;  // 1 for an invalid byte, 0 at the end of the text.

  // U+FFFD that stands for a byte which is no UTF-8, not one that was written so.
  bool IsInvalid() const { return value == kReplacementCharacter && width <= 1; }
};

// The code point at text[at], as utf8.DecodeRuneInString.
Rune DecodeRune(std::string_view text, std::size_t at);

bool IsValidUtf8(std::string_view text);

// Index of the first byte that is not ASCII, or the text's size.
std::size_t FirstNonAscii(std::string_view text);

// Any code point; surrogates and what is above U+10FFFF become U+FFFD, as utf8.AppendRune.
void AppendRune(char32_t rune, std::string& out);

// The text with every invalid byte replaced by U+FFFD.
std::string ReplaceInvalidUtf8(std::string_view text);

}  // namespace sidecar::yaml
