#include "lib/yaml/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

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

// The two digits of every 12 bits.
constexpr std::array<std::array<char, 2>, 4096> kPairs = [] {
  std::array<std::array<char, 2>, 4096> pairs{};
  for (std::size_t bits = 0; bits < pairs.size(); ++bits) {
    pairs[bits] = {kAlphabet[bits >> 6U], kAlphabet[bits & 0x3FU]};
  }
  return pairs;
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
  std::string out((bytes.size() + 2) / 3 * 4, '=');
  char* next = out.data();
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t left = bytes.size();
  for (; left >= 3; left -= 3, at += 3, next += 4) {
    const unsigned bits = unsigned{at[0]} << 16U | unsigned{at[1]} << 8U | unsigned{at[2]};
    std::memcpy(next, kPairs[bits >> 12U].data(), 2);
    std::memcpy(next + 2, kPairs[bits & 0xFFFU].data(), 2);
  }
  if (left == 0) return out;
  const unsigned bits = unsigned{at[0]} << 16U | (left == 2 ? unsigned{at[1]} << 8U : 0U);
  std::memcpy(next, kPairs[bits >> 12U].data(), 2);
  if (left == 2) next[2] = kAlphabet[bits >> 6U & 0x3FU];
  return out;
}

}  // namespace sidecar::yaml
