#include "lib/yaml/scalar_analysis.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace sidecar::yaml {
namespace {

enum CharBits : std::uint8_t {
  kSimpleFirst = 1,  // May begin a simple plain scalar.
  kSimpleRest = 2,   // May follow in one where no space is near.
  kIndicator = 4,    // Never begins a plain scalar.
};

constexpr std::array<std::uint8_t, 256> kBits = [] {
  std::array<std::uint8_t, 256> bits{};
  for (unsigned c = 0x21; c < 0x7F; ++c) {
    bits[c] = kSimpleRest;
    const bool begins_marker = c == '-' || c == '.' || c == '?' || c == ':';
    if (!begins_marker) bits[c] |= kSimpleFirst;
  }
  for (const char c : std::string_view("#,[]{}&*!|>'\"%@`")) {
    bits[static_cast<unsigned char>(c)] = kSimpleRest | kIndicator;
  }
  return bits;
}();

std::uint8_t Bits(char c) {
  return kBits[static_cast<unsigned char>(c)];
}

unsigned Byte(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

bool IsBlank(char c) {
  return c == ' ' || c == '\t';
}

// What a pass over the characters finds.
struct Findings {
  bool indicators = false;
  bool line_breaks = false;
  bool special = false;
  bool edge_space_or_break = false;
  bool trailing_space = false;
  bool break_space = false;  // A space after a line break.
  bool space_break = false;  // A line break after a space.
};

bool IsIndicatorAt(std::string_view text, std::size_t at, bool after_whitespace) {
  const char c = text[at];
  const bool before_whitespace = at + 1 >= text.size() || IsBlank(text[at + 1]);
  if (c == ':') return before_whitespace;
  if (at == 0) {
    if ((Bits(c) & kIndicator) != 0) return true;
    return (c == '?' || c == '-') && before_whitespace;
  }
  return c == '#' && after_whitespace;
}

Findings Examine(std::string_view text) {
  Findings found;
  found.indicators = text.starts_with("---") || text.starts_with("...");
  bool after_whitespace = true;
  bool after_space = false;
  bool after_break = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t width = CharacterWidth(text[at]);
    const bool at_edge = at == 0 || at + width >= text.size();
    found.indicators = found.indicators || IsIndicatorAt(text, at, after_whitespace);
    found.special = found.special || !IsPrintableAt(text, at);
    const bool space = text[at] == ' ';
    const bool line_break = BreakAt(text, at) > 0;
    if (space || line_break) found.edge_space_or_break = found.edge_space_or_break || at_edge;
    if (space) {
      found.trailing_space = at + width >= text.size();
      found.break_space = found.break_space || after_break;
    } else if (line_break) {
      found.line_breaks = true;
      found.space_break = found.space_break || after_space;
    }
    after_space = space;
    after_break = line_break;
    after_whitespace = IsBlank(text[at]) || line_break || text[at] == '\0';
    at += width;
  }
  return found;
}

}  // namespace

std::size_t CharacterWidth(char first) {
  const auto c = static_cast<unsigned char>(first);
  if (c < 0xC0U) return 1;
  if (c < 0xE0U) return 2;
  return c < 0xF0U ? 3 : 4;
}

bool IsPrintableAt(std::string_view text, std::size_t at) {
  const unsigned c = Byte(text, at);
  if (c < 0x80U) return c == '\n' || (c >= 0x20U && c <= 0x7EU);
  const unsigned next = Byte(text, at + 1);
  if (c == 0xC2U) return next >= 0xA0U;
  if (c < 0xEDU) return c > 0xC2U;
  if (c == 0xEDU) return next < 0xA0U;
  if (c == 0xEEU) return true;
  if (c != 0xEFU) return false;
  const unsigned last = Byte(text, at + 2);
  const bool bom = next == 0xBBU && last == 0xBFU;
  const bool non_character = next == 0xBFU && last >= 0xBEU;
  return !bom && !non_character;
}

std::size_t BreakAt(std::string_view text, std::size_t at) {
  const unsigned c = Byte(text, at);
  if (c == '\n' || c == '\r') return 1;
  if (c == 0xC2U) return Byte(text, at + 1) == 0x85U ? 2 : 0;
  if (c != 0xE2U || Byte(text, at + 1) != 0x80U) return 0;
  const unsigned last = Byte(text, at + 2);
  return last == 0xA8U || last == 0xA9U ? 3 : 0;
}

ScalarAnalysis AnalyzeScalar(std::string_view text) {
  ScalarAnalysis analysis;
  if (text.empty()) {
    analysis.block_allowed = false;
    return analysis;
  }
  const Findings found = Examine(text);
  analysis.multiline = found.line_breaks;
  const bool escapes = found.space_break || found.special;
  analysis.plain_allowed = !found.edge_space_or_break && !found.break_space && !escapes &&
                           !found.line_breaks && !found.indicators;
  analysis.single_quoted_allowed = !found.break_space && !escapes;
  analysis.block_allowed = !found.trailing_space && !escapes;
  return analysis;
}

bool IsSimplePlain(std::string_view text) {
  if (text.empty() || (Bits(text.front()) & kSimpleFirst) == 0 || text.back() == ':') return false;
  return std::all_of(text.begin() + 1, text.end(),
                     [](char c) { return (Bits(c) & kSimpleRest) != 0; });
}

}  // namespace sidecar::yaml
