#include "lib/base/utf8.h"

#include <cstring>

namespace sidecar {
namespace {

constexpr unsigned kContinuationBits = 6;
constexpr unsigned char kContinuationMask = 0x3F;

struct LeadByte {
  std::size_t width = 0;  // 0: begins nothing.
  char32_t bits = 0;
  unsigned char second_low = 0x80;  // Bounds of the second byte; the others have the whole range.
  unsigned char second_high = 0xBF;
};

// The table of Unicode's "Well-Formed UTF-8 Byte Sequences".
LeadByte Classify(unsigned char byte) {
  if (byte < 0xC2) return {};
  if (byte < 0xE0) return {2, byte & 0x1FU};
  if (byte < 0xF0) {
    const unsigned char low = byte == 0xE0 ? 0xA0 : 0x80;
    const unsigned char high = byte == 0xED ? 0x9F : 0xBF;
    return {3, byte & 0x0FU, low, high};
  }
  if (byte < 0xF5) {
    const unsigned char low = byte == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = byte == 0xF4 ? 0x8F : 0xBF;
    return {4, byte & 0x07U, low, high};
  }
  return {};
}

char Continuation(char32_t rune, unsigned shift) {
  return static_cast<char>(0x80U | ((rune >> shift) & kContinuationMask));
}

}  // namespace

DecodedRune DecodeMultibyteRune(std::string_view text) {
  const LeadByte lead = Classify(static_cast<unsigned char>(text[0]));
  if (lead.width == 0 || text.size() < lead.width) return {kRuneError, 1};
  char32_t rune = lead.bits;
  for (std::size_t i = 1; i < lead.width; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const unsigned char low = i == 1 ? lead.second_low : 0x80;
    const unsigned char high = i == 1 ? lead.second_high : 0xBF;
    if (byte < low || byte > high) return {kRuneError, 1};
    rune = (rune << kContinuationBits) | (byte & kContinuationMask);
  }
  return {rune, lead.width};
}

void AppendRune(std::string& out, char32_t rune) {
  if (!IsValidRune(rune)) rune = kRuneError;
  if (rune < 0x80) {
    out.push_back(static_cast<char>(rune));
  } else if (rune < 0x800) {
    out.push_back(static_cast<char>(0xC0U | (rune >> 6U)));
    out.push_back(Continuation(rune, 0));
  } else if (rune < 0x10000) {
    out.push_back(static_cast<char>(0xE0U | (rune >> 12U)));
    out.push_back(Continuation(rune, 6));
    out.push_back(Continuation(rune, 0));
  } else {
    out.push_back(static_cast<char>(0xF0U | (rune >> 18U)));
    out.push_back(Continuation(rune, 12));
    out.push_back(Continuation(rune, 6));
    out.push_back(Continuation(rune, 0));
  }
}

std::size_t RuneCount(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(DecodeRune(text).width);
  return count;
}

bool IsValidUtf8(std::string_view text) {
  text.remove_prefix(FirstNonAscii(text));
  while (!text.empty()) {
    const DecodedRune decoded = DecodeRune(text);
    if (decoded.IsInvalidByte()) return false;
    text.remove_prefix(decoded.width);
  }
  return true;
}

std::size_t FirstNonAscii(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  std::size_t at = 0;
  for (; at + sizeof(std::uint64_t) <= text.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof(word));
    if ((word & kHighBits) != 0) break;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < kRuneSelf) ++at;
  return at;
}

std::string ReplaceInvalidUtf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const DecodedRune decoded = DecodeRune(text);
    AppendRune(out, decoded.rune);
    text.remove_prefix(decoded.width);
  }
  return out;
}

}  // namespace sidecar
