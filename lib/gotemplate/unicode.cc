#include "lib/gotemplate/unicode.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>

namespace sidecar::gotemplate {
namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

#include "lib/gotemplate/unicode_tables.inc"

bool Contains(std::span<const Range> ranges, char32_t rune) {
  const auto next =
      std::upper_bound(ranges.begin(), ranges.end(), rune,
                       [](char32_t wanted, const Range& range) { return wanted < range.first; });
  return next != ranges.begin() && rune <= std::prev(next)->last;
}

}  // namespace

bool IsPrint(char32_t rune) {
  if (rune < 0x7F) return rune >= ' ';
  return Contains(kPrintable, rune);
}

bool IsLetter(char32_t rune) {
  if (rune < 0x80) return (rune >= 'a' && rune <= 'z') || (rune >= 'A' && rune <= 'Z');
  return Contains(kLetters, rune);
}

bool IsDigit(char32_t rune) {
  if (rune < 0x80) return rune >= '0' && rune <= '9';
  return Contains(kDigits, rune);
}

bool IsSpace(char32_t rune) {
  if (rune < 0x80) return rune == ' ' || (rune >= '\t' && rune <= '\r');
  return Contains(kSpaces, rune);
}

}  // namespace sidecar::gotemplate
