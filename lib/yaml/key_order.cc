#include "lib/yaml/key_order.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "lib/base/utf8.h"
#include "lib/yaml/number.h"

namespace sidecar::yaml {
namespace {

struct RuneRange {
  char32_t first;
  char32_t last;
};

#include "lib/yaml/unicode_tables.inc"

// Few enough for an insertion sort, which copes with any comparison.
constexpr std::size_t kFewMembers = 24;

bool IsIn(std::span<const RuneRange> ranges, char32_t rune) {
  const auto after = std::upper_bound(ranges.begin(), ranges.end(), rune,
                                      [](char32_t r, RuneRange range) { return r < range.first; });
  return after != ranges.begin() && rune <= (after - 1)->last;
}

bool IsLetter(char32_t rune) {
  if (rune < 0x80) return (rune | 0x20U) >= 'a' && (rune | 0x20U) <= 'z';
  return IsIn(kLetters, rune);
}

bool IsDigit(char32_t rune) {
  if (rune < 0x80) return rune >= '0' && rune <= '9';
  return IsIn(kDigits, rune);
}

// The value of the digits at text[at], wrapping like Go's int64, and how many there are.
struct DigitRun {
  std::int64_t value = 0;
  std::size_t count = 0;
};

DigitRun ReadDigits(std::string_view text, std::size_t at, std::int64_t start) {
  auto value = static_cast<std::uint64_t>(start);
  std::size_t count = 0;
  for (DecodedRune decoded = DecodeRune(text.substr(at));
       decoded.width > 0 && IsDigit(decoded.rune); decoded = DecodeRune(text.substr(at))) {
    value = value * 10 + (decoded.rune - U'0');
    at += decoded.width;
    ++count;
  }
  return {static_cast<std::int64_t>(value), count};
}

// Whether a digit other than 0 stands in the digits right before text[at].
bool FollowsNonZeroDigit(std::string_view text, std::size_t at) {
  while (at > 0) {
    std::size_t start = at - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U) --start;
    const DecodedRune decoded = DecodeRune(text.substr(start));
    if (!IsDigit(decoded.rune)) return false;
    if (decoded.rune != U'0') return true;
    at = start;
  }
  return false;
}

bool TextLess(std::string_view a, std::string_view b) {
  const auto differ = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  auto at = static_cast<std::size_t>(differ.first - a.begin());
  if (at == a.size() || at == b.size()) return a.size() < b.size();
  // Back to the start of the character that differs; both have it at the same place.
  while (at > 0 && (static_cast<unsigned char>(a[at]) & 0xC0U) == 0x80U) --at;
  const char32_t ar = DecodeRune(a.substr(at)).rune;
  const char32_t br = DecodeRune(b.substr(at)).rune;
  const bool al = IsLetter(ar);
  const bool bl = IsLetter(br);
  if (al && bl) return ar < br;
  if (al || bl) return bl;
  const bool zero = ar == U'0' || br == U'0';
  const std::int64_t start = zero && FollowsNonZeroDigit(a, at) ? 1 : 0;
  const DigitRun an = ReadDigits(a, at, start);
  const DigitRun bn = ReadDigits(b, at, start);
  if (an.value != bn.value) return an.value < bn.value;
  if (an.count != bn.count) return an.count < bn.count;
  return ar < br;
}

// reflect.Kind's order: bool, int, uint, float, interface (nil), string.
int KindRank(NodeKind kind) {
  switch (kind) {
    case NodeKind::kBool: return 0;
    case NodeKind::kInt: return 1;
    case NodeKind::kUint: return 2;
    case NodeKind::kFloat: return 3;
    case NodeKind::kNull: return 4;
    default: return 5;
  }
}

bool IsNumeric(NodeKind kind) {
  return kind != NodeKind::kNull && kind != NodeKind::kString;
}

double KeyNumber(const Member& member) {
  if (member.key_kind == NodeKind::kBool) return member.key == "true" ? 1 : 0;
  double value = 0;
  if (ReadDecimalFloat(member.key, value) == FloatRead::kOk) return value;
  return member.key == "-.inf" ? -HUGE_VAL : HUGE_VAL;
}

bool OtherLess(const Member& a, const Member& b) {
  if (IsNumeric(a.key_kind) && IsNumeric(b.key_kind)) {
    const double af = KeyNumber(a);
    const double bf = KeyNumber(b);
    if (af != bf) return af < bf;
  }
  return KindRank(a.key_kind) < KindRank(b.key_kind);
}

}  // namespace

bool KeyLess(const Member& a, const Member& b) {
  if (a.key_kind == NodeKind::kString && b.key_kind == NodeKind::kString) {
    return TextLess(a.key, b.key);
  }
  return OtherLess(a, b);
}

void SortByKey(std::span<const Member*> members) {
  if (members.size() > kFewMembers) {
    std::stable_sort(members.begin(), members.end(),
                     [](const Member* a, const Member* b) { return KeyLess(*a, *b); });
    return;
  }
  for (std::size_t i = 1; i < members.size(); ++i) {
    const Member* const member = members[i];
    std::size_t at = i;
    for (; at > 0 && KeyLess(*member, *members[at - 1]); --at) members[at] = members[at - 1];
    members[at] = member;
  }
}

}  // namespace sidecar::yaml
