#include "lib/kubetypes/base64.h"

#include <cstdint>

namespace sidecar::kubetypes {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr unsigned kBits = 6;

Error Corrupt(std::size_t at) {
  return Error{ErrorCode::kInvalidArgument,
               "illegal base64 data at input byte " + std::to_string(at)};
}

}  // namespace

std::string EncodeBase64(std::string_view bytes) {
  constexpr std::size_t kGroup = 3;
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += kGroup) {
    const std::string_view group = bytes.substr(i, kGroup);
    std::uint32_t word = 0;
    for (std::size_t j = 0; j < kGroup; ++j) {
      word = (word << 8U) | (j < group.size() ? static_cast<unsigned char>(group[j]) : 0U);
    }
    for (std::size_t j = 0; j <= kGroup; ++j) {
      const std::uint32_t digit = (word >> (kBits * (kGroup - j))) & (kAlphabet.size() - 1);
      out += j <= group.size() ? kAlphabet[digit] : '=';
    }
  }
  return out;
}

Result<std::string> DecodeBase64(std::string_view text) {
  constexpr std::size_t kDigits = 4;
  std::string out;
  std::uint32_t word = 0;
  std::size_t digits = 0;  // Of the group, padding included.
  std::size_t padding = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\r' || c == '\n') continue;
    if (c == '=') {
      if (digits < 2 || digits == kDigits) return Corrupt(i);
      ++padding;
      word <<= kBits;
    } else {
      const std::size_t digit = kAlphabet.find(c);
      if (digit == std::string_view::npos || padding > 0) return Corrupt(i);
      word = (word << kBits) | static_cast<std::uint32_t>(digit);
    }
    if (++digits < kDigits) continue;
    for (unsigned j = 0; j + padding < kDigits - 1; ++j) {
      out += static_cast<char>((word >> (16U - 8U * j)) & 0xFFU);
    }
    digits = padding == 0 ? 0 : kDigits;
    word = 0;
  }
  if (digits != 0 && digits != kDigits) return Corrupt(text.size());
  return out;
}

}  // namespace sidecar::kubetypes
