#include "lib/yaml/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace sidecar::yaml {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int16_t, 256> kValues = [] {
  std::array<std::int16_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int16_t>(i);
  }
  return values;
}();

// The bytes of a group of `digits` (2 to 4) six-bit digits.
void AppendGroup(std::uint32_t bits, int digits, std::string& out) {
  bits <<= static_cast<unsigned>(4 - digits) * 6U;
  out += static_cast<char>(bits >> 16U & 0xFFU);
  if (digits > 2) out += static_cast<char>(bits >> 8U & 0xFFU);
  if (digits > 3) out += static_cast<char>(bits & 0xFFU);
}

}  // namespace

std::optional<std::string> DecodeBase64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int digits = 0;
  int padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;
    if (c == '=') {
      // One or two, and only to complete a group that has begun.
      if (digits < 2 || digits + ++padding > 4) return std::nullopt;
      continue;
    }
    const int value = kValues[static_cast<unsigned char>(c)];
    if (value < 0 || padding > 0) return std::nullopt;
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    if (++digits == 4) {
      AppendGroup(bits, 4, out);
      bits = 0;
      digits = 0;
    }
  }
  if (digits == 0 && padding == 0) return out;
  if (digits + padding != 4) return std::nullopt;
  AppendGroup(bits, digits, out);
  return out;
}

std::string EncodeBase64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t bits = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8U | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    }
    for (unsigned i = 0; i < 4; ++i) {
      out += i <= count ? kAlphabet[bits >> (18U - 6U * i) & 0x3FU] : '=';
    }
  }
  return out;
}

}  // namespace sidecar::yaml
