#include "lib/gotemplate/funcs/text_case.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>

#include "lib/base/utf8.h"
#include "lib/gotemplate/funcs/arena_text.h"

namespace sidecar::gotemplate::funcs {
namespace {

struct Mapping {
  std::uint32_t first;
  std::uint32_t last;
  std::uint32_t stride;
  std::int32_t delta;
};

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

#include "lib/gotemplate/funcs/text_case_tables.inc"

// The row that could hold the rune, or null. Rows are sorted by `first`.
template <class Row>
const Row* FindRow(std::span<const Row> rows, char32_t rune) {
  const auto next =
      std::upper_bound(rows.begin(), rows.end(), rune,
                       [](char32_t wanted, const Row& row) { return wanted < row.first; });
  if (next == rows.begin() || rune > std::prev(next)->last) return nullptr;
  return &*std::prev(next);
}

bool Contains(std::span<const Range> ranges, char32_t rune) {
  return FindRow(ranges, rune) != nullptr;
}

char32_t Map(std::span<const Mapping> mappings, char32_t rune) {
  const Mapping* const row = FindRow(mappings, rune);
  if (row == nullptr || (rune - row->first) % row->stride != 0) return rune;
  return static_cast<char32_t>(static_cast<std::int64_t>(rune) + row->delta);
}

constexpr char32_t kCaseBit = 'a' - 'A';

bool IsAsciiUpper(char32_t rune) {
  return rune >= 'A' && rune <= 'Z';
}

bool IsAsciiLower(char32_t rune) {
  return rune >= 'a' && rune <= 'z';
}

bool IsAsciiPunct(char32_t rune) {
  constexpr std::string_view kSymbols = "$+<=>^`|~";  // Category S, not P.
  if (rune <= ' ' || rune >= 0x7F || IsNumber(rune)) return false;
  return !IsAsciiUpper(rune) && !IsAsciiLower(rune) &&
         kSymbols.find(static_cast<char>(rune)) == std::string_view::npos;
}

}  // namespace

char32_t ToUpper(char32_t rune) {
  if (rune < kRuneSelf) return IsAsciiLower(rune) ? rune - kCaseBit : rune;
  return Map(kToUpper, rune);
}

char32_t ToLower(char32_t rune) {
  if (rune < kRuneSelf) return IsAsciiUpper(rune) ? rune + kCaseBit : rune;
  return Map(kToLower, rune);
}

char32_t ToTitle(char32_t rune) {
  if (rune < kRuneSelf) return ToUpper(rune);
  return Map(kToTitle, rune);
}

bool IsUpper(char32_t rune) {
  return rune < kRuneSelf ? IsAsciiUpper(rune) : Contains(kUpper, rune);
}

bool IsLower(char32_t rune) {
  return rune < kRuneSelf ? IsAsciiLower(rune) : Contains(kLower, rune);
}

bool IsTitle(char32_t rune) {
  return rune >= kRuneSelf && Contains(kTitle, rune);
}

bool IsPunct(char32_t rune) {
  return rune < kRuneSelf ? IsAsciiPunct(rune) : Contains(kPunctuation, rune);
}

bool IsNumber(char32_t rune) {
  return rune < kRuneSelf ? rune >= '0' && rune <= '9' : Contains(kNumbers, rune);
}

std::string_view MapRunes(std::string_view text, char32_t (*map)(char32_t), Arena& arena) {
  std::size_t same = 0;  // Bytes at the front that stay as they are.
  while (same < text.size()) {
    const DecodedRune decoded = DecodeRune(text.substr(same));
    if (decoded.IsInvalidByte() || map(decoded.rune) != decoded.rune) break;
    same += decoded.width;
  }
  if (same == text.size()) return text;
  ArenaText out(arena);
  out.Append(text.substr(0, same));
  for (text.remove_prefix(same); !text.empty();) {
    const DecodedRune decoded = DecodeRune(text);
    out.AppendRune(map(decoded.rune));
    text.remove_prefix(decoded.width);
  }
  return out.text();
}

}  // namespace sidecar::gotemplate::funcs
