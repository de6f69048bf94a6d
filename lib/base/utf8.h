#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sidecar {

// UTF-8 as Go's unicode/utf8 and `range` over a string read it: any byte that does not begin a
// valid encoding (overlong forms, surrogates and values above U+10FFFF included) is U+FFFD, one
// byte wide. Pure functions.

constexpr char32_t kRuneError = 0xFFFD;
constexpr char32_t kMaxRune = 0x10FFFF;
constexpr char32_t kRuneSelf = 0x80;  // Below it a rune is one byte, equal to itself.

struct DecodedRune {
  char32_t rune = kRuneError;
  std::size_t width = 0;  // Bytes; 0 of an empty text only.

  bool IsInvalidByte() const { return width == 1 && rune == kRuneError; }
};

// For a text whose first byte is not ASCII.
DecodedRune DecodeMultibyteRune(std::string_view text);

// Go's utf8.DecodeRuneInString.
inline DecodedRune DecodeRune(std::string_view text) {
  if (text.empty()) return {};
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < kRuneSelf) return {first, 1};
  return DecodeMultibyteRune(text);
}

// Go's utf8.ValidRune: a code point that is no surrogate.
inline bool IsValidRune(char32_t rune) {
  return rune < 0xD800 || (rune > 0xDFFF && rune <= kMaxRune);
}

// Go's utf8.AppendRune: what is not a valid rune is written as U+FFFD.
void AppendRune(std::string& out, char32_t rune);

// Go's utf8.RuneCountInString.
std::size_t RuneCount(std::string_view text);

// Go's utf8.ValidString.
bool IsValidUtf8(std::string_view text);

// Index of the first byte that is not ASCII, or the text's size.
std::size_t FirstNonAscii(std::string_view text);

// The text with every invalid byte replaced by U+FFFD: Go's conversion to runes and back.
std::string ReplaceInvalidUtf8(std::string_view text);

}  // namespace sidecar
